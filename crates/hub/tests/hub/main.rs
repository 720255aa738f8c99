//! The hub from outside: real HTTP, the real binary, real files. One test binary, so that it links once.
//!
//! Helpers are marked as tests, so that they may stop at the first surprise like the tests they serve.

#[cfg(test)]
mod common;

#[cfg(test)]
mod abuse;
#[cfg(test)]
mod access;
#[cfg(test)]
mod asked_for;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bad_bodies;
#[cfg(test)]
mod bad_cases;
#[cfg(test)]
mod bad_days;
#[cfg(test)]
mod bad_decisions;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod callers;
#[cfg(test)]
mod causes;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod checkpoints;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod content_hashes;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod expiry;
#[cfg(test)]
mod exporting;
#[cfg(test)]
mod feeds;
#[cfg(test)]
mod files;
#[cfg(test)]
mod gates;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod own;
#[cfg(test)]
mod passing;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod reviewer;
#[cfg(test)]
mod revisions;
#[cfg(test)]
mod second_opinions;
#[cfg(test)]
mod selection;
#[cfg(test)]
mod taking_back;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod verifying;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod written_down;
