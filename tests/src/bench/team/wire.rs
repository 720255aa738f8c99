//! One keep-alive connection that speaks as much HTTP/1.1 as a load generator needs: it shares the computer with what it
//! measures, so it must cost next to nothing. What it is not: a client for anything else (`hub_process::Caller`).

use anyhow::{Context, ensure};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub struct Wire {
    stream: BufReader<TcpStream>,
    host: String,
    line: String,
    request: Vec<u8>,
}

impl Wire {
    /// To the hub at `http://host:port`.
    pub async fn open(base: &str) -> anyhow::Result<Self> {
        let host = base.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            host,
            line: String::new(),
            request: Vec::new(),
        })
    }

    pub async fn post(&mut self, token: &str, path: &str, body: &[u8]) -> anyhow::Result<Vec<u8>> {
        self.send("POST", token, path, body).await
    }

    pub async fn get(&mut self, token: &str, path: &str) -> anyhow::Result<Vec<u8>> {
        self.send("GET", token, path, b"").await
    }

    /// The body of the answer, which must be a 200 of stated length.
    async fn send(&mut self, method: &str, token: &str, path: &str, body: &[u8]) -> anyhow::Result<Vec<u8>> {
        self.request.clear();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(body);
        self.stream.get_mut().write_all(&self.request).await?;
        self.next_line().await?;
        let status = self.line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut length = None;
        while self.next_line().await? {
            if let Some((name, value)) = self.line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = Some(value.trim().parse()?);
            }
        }
        let mut answer = vec![0; length.context("the hub says how long its answer is")?];
        self.stream.read_exact(&mut answer).await?;
        ensure!(
            status == "200",
            "{path}: {status} {}",
            String::from_utf8_lossy(&answer)
        );
        Ok(answer)
    }

    /// False: the empty line that ends the head.
    async fn next_line(&mut self) -> anyhow::Result<bool> {
        self.line.clear();
        ensure!(
            self.stream.read_line(&mut self.line).await? > 0,
            "the hub closed the connection"
        );
        Ok(!self.line.trim_end().is_empty())
    }
}
