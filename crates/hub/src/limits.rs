//! Limits the system sets on a program, met without dying of them.

/// Lets a write beyond the file size limit (`ulimit -f`) fail like one on a full disk, which is said and survived.
/// Without this the system ends the program by SIGXFSZ, without a word. Needs a Tokio runtime around it.
pub fn outlive_file_size_limit() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        /// The same number on Linux, macOS and the BSDs.
        const SIGXFSZ: i32 = 25;
        // The handler stays in place when the stream is dropped; nobody needs to hear of the signal itself.
        if let Err(error) = signal(SignalKind::from_raw(SIGXFSZ)) {
            tracing::warn!(%error, "limits.signal_not_taken");
        }
    }
}
