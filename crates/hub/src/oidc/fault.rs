//! What a provider's word for somebody can be refused for.

/// Why an identity token isn't taken. A client learns which, since only its provider can make a better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityFault {
    #[error("this is no identity token of the provider, or its signature doesn't fit")]
    Unsigned,
    #[error("another provider made this identity token")]
    Issuer,
    #[error("this identity token was made for another program")]
    Audience,
    #[error("this identity token has run out")]
    Expired,
    #[error("this identity token wasn't asked for by this hub's nonce, or too long ago; begin again")]
    Nonce,
    #[error("this identity token was used before")]
    Replayed,
    #[error("the session before it is of somebody else, or was ended; sign in again")]
    Previous,
}

impl IdentityFault {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "invalid_identity_token",
            Self::Issuer => "wrong_issuer",
            Self::Audience => "wrong_audience",
            Self::Expired => "identity_token_expired",
            Self::Nonce => "wrong_nonce",
            Self::Replayed => "identity_token_replayed",
            Self::Previous => "session_ended",
        }
    }
}
