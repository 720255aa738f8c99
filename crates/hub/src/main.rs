//! `tiebreak-hub`: see `tiebreak_hub::cli`.

use std::io::Write;

use anyhow::Context;

/// A request makes and frees thousands of small pieces, on whichever thread is free: what this allocator is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let code = run();
    // What is left is written out; a pipe may be closed, and the code says it then.
    let _ = std::io::stdout().flush();
    // At once: SQLCipher and OpenSSL clean up at the end of a program, beside a connection's thread that is still ending, and one
    // of them would use what the other just freed. The program would then end with a crash instead of its code.
    signal_hook::low_level::exit(code.into());
}

/// The exit code.
fn run() -> u8 {
    let cli = match tiebreak_hub::cli::read() {
        Ok(Some(cli)) => cli,
        Ok(None) => return 0,
        Err(code) => return code,
    };
    let ended = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime can't start")
        .and_then(|runtime| {
            runtime.block_on(async { tiebreak_hub::cli::run(cli).await.map_err(anyhow::Error::from) })
        });
    match ended {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("tiebreak-hub: {error:#}");
            error
                .downcast_ref::<tiebreak_hub::cli::Failure>()
                .map_or(1, tiebreak_hub::cli::Failure::exit_code)
        }
    }
}
