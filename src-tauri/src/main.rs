//! The window: starts the desk, opens the one window on it, and hands calls through the one door.
//! No rules and no state of its own; what only a program can do for the desk is in `host` and `solo`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod door;
mod host;
mod importing;
mod paint;
mod solo;
mod window;
mod wire;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tauri::{Manager, RunEvent};

use crate::arguments::Arguments;
use crate::door::Door;

/// As the parser of the command line ends, when what was typed can't be.
const WRONG_USE: u8 = 2;

#[expect(
    clippy::disallowed_methods,
    reason = "Tauri's own macro ends the program when it can't start"
)]
fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    // Before anything is made or opened: who mistypes a folder reads one sentence.
    let parts = match arguments.import_request() {
        Ok(parts) => parts,
        Err(error) => {
            eprintln!("tiebreak: {error:#}");
            return Ok(ExitCode::from(WRONG_USE));
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("TIEBREAK_LOG").unwrap_or_else(|_| {
                tracing_subscriber::EnvFilter::new("warn,tiebreak=info,tiebreak_desk=info,tiebreak_hub=info")
            }),
        )
        .with_writer(std::io::stderr)
        .init();
    let folder = arguments.data_folder()?;
    let paint = Arc::new(paint::Paint::new(arguments.paint_report.clone()));

    tauri::async_runtime::block_on(async { hub::limits::outlive_file_size_limit() });

    let of_door = folder.clone();
    let app = tauri::Builder::default()
        .plugin(window::single_instance(&folder))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(tauri::generate_handler![door::ipc])
        .setup(move |app| {
            let door = Door::new(app.handle().clone(), of_door, Arc::clone(&paint));
            app.manage(door);
            window::open(app)?;
            window::hand_over(app.handle(), parts, arguments.sample);
            Ok(())
        })
        .build(tauri::generate_context!())?;
    // Only now: a second start has handed its files to the first and ended while the plugins were set up.
    let lock = arguments::lock(&folder)?;
    app.run(|app, event| match event {
        RunEvent::Ready => app.state::<Door>().prepare(),
        RunEvent::Exit => tauri::async_runtime::block_on(app.state::<Door>().close()),
        _ => {}
    });
    drop(lock);
    Ok(ExitCode::SUCCESS)
}
