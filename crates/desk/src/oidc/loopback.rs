//! Where the browser comes back to: one page on a free port of this computer, for as long as somebody waits for it.
//!
//! Anybody on this computer can call it, so it takes nothing but the answer that names the state it waits for, reads a
//! few kilobytes at most, and shows nothing of what it was sent.

use std::collections::HashMap;
use std::time::Duration;

use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const PATH: &str = "/signed-in";
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEAD_TIME: Duration = Duration::from_secs(5);

pub struct Loopback {
    listener: TcpListener,
    port: u16,
}

impl Loopback {
    /// # Errors
    /// No port is to be had.
    pub async fn bind() -> std::io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the answer with this state: what it carries. Others are turned away.
    pub async fn comes_back(&self, state: &str) -> HashMap<String, String> {
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let answered = tokio::time::timeout(HEAD_TIME, answer(stream, state)).await;
            if let Ok(Ok(Some(pairs))) = answered {
                return pairs;
            }
        }
    }
}

async fn answer(mut stream: TcpStream, state: &str) -> std::io::Result<Option<HashMap<String, String>>> {
    let target = target(&mut stream).await?;
    let pairs = target.as_deref().and_then(pairs_of);
    let ours = pairs.filter(|pairs| pairs.get("state").is_some_and(|said| said == state));
    let (status, words) = match &ours {
        Some(pairs) if pairs.contains_key("error") => {
            ("200 OK", "You are not signed in. Go back to Tiebreak.")
        }
        Some(_) => (
            "200 OK",
            "You are signed in. Go back to Tiebreak and close this page.",
        ),
        None => ("404 Not Found", "There is nothing here."),
    };
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Tiebreak</title>\
         <body style=\"font:16px system-ui;margin:20vh auto;max-width:30em\"><p>{words}</p>"
    );
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\n\
         content-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\nconnection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(page.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(ours)
}

/// What a GET asks for; none: it isn't one.
async fn target(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut chunk = [0_u8; 2048];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") && head.len() < HEAD_BYTES_MAX {
        match stream.read(&mut chunk).await? {
            0 => break,
            n => head.extend_from_slice(&chunk[..n]),
        }
    }
    let text = String::from_utf8_lossy(&head);
    let mut words = text.lines().next().unwrap_or_default().split(' ');
    Ok((words.next() == Some("GET")).then(|| words.next().unwrap_or_default().to_owned()))
}

fn pairs_of(target: &str) -> Option<HashMap<String, String>> {
    let url = Url::parse("http://127.0.0.1").ok()?.join(target).ok()?;
    (url.path() == PATH).then(|| url.query_pairs().into_owned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(port: u16, target: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn only_the_answer_that_names_the_state_is_taken() {
        let loopback = Loopback::bind().await.unwrap();
        let port = loopback.port;
        let asked = tokio::spawn(async move {
            let wrong = get(port, "/signed-in?code=forged&state=other").await;
            let elsewhere = get(port, "/favicon.ico").await;
            let right = get(port, "/signed-in?code=a%20b&state=mine").await;
            (wrong, elsewhere, right)
        });
        let pairs = loopback.comes_back("mine").await;
        let (wrong, elsewhere, right) = asked.await.unwrap();
        assert_eq!(pairs["code"], "a b");
        assert!(wrong.starts_with("HTTP/1.1 404") && elsewhere.starts_with("HTTP/1.1 404"));
        assert!(
            right.contains("You are signed in") && !right.contains("a b"),
            "{right}"
        );
    }
}
