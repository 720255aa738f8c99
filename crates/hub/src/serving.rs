//! Connections: taken, under TLS where the hub has a certificate, answered, and ended when the hub stops.
//!
//! Written out rather than left to `axum::serve`, which gives a slow client all the time it wants and speaks no TLS.
//! What it is not: anything about requests; those are the router's.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// A client that wants TLS says so by then.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Out of file descriptors, say: to try again at once would only burn time.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

pub(crate) struct Serving {
    pub router: Router,
    pub tls: Option<Arc<ServerConfig>>,
    /// A connection on which no request has come in whole by then is closed.
    pub header: Duration,
    /// Cancelled: nothing new is taken, what is under way is finished.
    pub stopping: CancellationToken,
}

/// Until the hub stops and the last connection has ended.
pub(crate) async fn run(listener: TcpListener, serving: Serving) {
    let serving = Arc::new(serving);
    let connections = TaskTracker::new();
    loop {
        let taken = tokio::select! {
            () = serving.stopping.cancelled() => break,
            taken = listener.accept() => taken,
        };
        match taken {
            Ok((stream, peer)) => {
                connections.spawn(connection(serving.clone(), stream, peer));
            }
            // The client went away before it was taken: its own affair.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
                ) => {}
            Err(error) => {
                tracing::error!(%error, "serving.not_taken");
                tokio::time::sleep(AFTER_TROUBLE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection(serving: Arc<Serving>, stream: TcpStream, peer: SocketAddr) {
    // Small answers go out at once; a socket that won't is only slower.
    let _ = stream.set_nodelay(true);
    let Some(tls) = serving.tls.clone() else {
        return answer(&serving, stream, peer).await;
    };
    let handshake = tokio::time::timeout(HANDSHAKE, TlsAcceptor::from(tls).accept(stream));
    tokio::select! {
        () = serving.stopping.cancelled() => {}
        shaken = handshake => match shaken {
            Ok(Ok(stream)) => answer(&serving, stream, peer).await,
            Ok(Err(error)) => tracing::debug!(%error, "serving.no_tls"),
            Err(_) => tracing::debug!("serving.tls_too_slow"),
        },
    }
}

async fn answer<S>(serving: &Serving, stream: S, peer: SocketAddr)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let router = serving.router.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request.map(Body::new))
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(serving.header);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = serving.stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "serving.broke_off");
    }
}
