//! `tiebreak-hub`: see `tiebreak_hub::cli`.

use std::process::ExitCode;

use anyhow::Context;

/// A request makes and frees thousands of small pieces, on whichever thread is free: what this allocator is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match tiebreak_hub::cli::read() {
        Ok(Some(cli)) => cli,
        Ok(None) => return ExitCode::SUCCESS,
        Err(code) => return ExitCode::from(code),
    };
    let ended = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime can't start")
        .and_then(|runtime| {
            runtime.block_on(async { tiebreak_hub::cli::run(cli).await.map_err(anyhow::Error::from) })
        });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tiebreak-hub: {error:#}");
            ExitCode::from(
                error
                    .downcast_ref::<tiebreak_hub::cli::Failure>()
                    .map_or(1, tiebreak_hub::cli::Failure::exit_code),
            )
        }
    }
}
