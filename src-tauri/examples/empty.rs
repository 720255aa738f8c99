//! An empty Tauri window that says when it has painted: what the start of Tiebreak is measured beside.
//! Use: `empty REPORT`; it writes `empty MILLISECONDS` there, since the program's start, and ends.

use std::io::Write;
use std::time::Instant;

use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><title>Empty</title><p>Empty</p><script>\
requestAnimationFrame(() => requestAnimationFrame(() => fetch('/painted')))</script>";

#[expect(
    clippy::disallowed_methods,
    reason = "Tauri's own macro ends the program when it can't start"
)]
fn main() -> anyhow::Result<()> {
    let started = Instant::now();
    let report = std::env::args()
        .nth(1)
        .ok_or_else(|| anyhow::anyhow!("where to report is missing"))?;
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", move |context, request| {
            if request.uri().path() == "/painted" {
                let elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
                let written = std::fs::File::options()
                    .create(true)
                    .append(true)
                    .open(&report)
                    .and_then(|mut file| writeln!(file, "empty {elapsed_ms:.1}"));
                if let Err(error) = written {
                    eprintln!("{error}");
                }
                context.app_handle().exit(0);
            }
            Response::builder()
                .header("content-type", "text/html")
                .body(PAGE.as_bytes().to_vec())
                .unwrap_or_default()
        })
        .setup(|app| {
            let url = "empty://localhost/".parse()?;
            WebviewWindowBuilder::new(app, "empty", WebviewUrl::CustomProtocol(url))
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
