//! Where companies make their own certificates and let nobody out but through a proxy: desk and hub take both from the
//! system they run on, here from the environment.

use std::process::Command;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::json;
use tiebreak_tests::hub_process::{Caller, HubProcess};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A name that no network knows: only through the proxy does it lead anywhere.
const NAME: &str = "hub.tiebreak.test";

/// The company's own CA, and a certificate and key it made for the hub. PEM, all of them.
fn certificates() -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&ca_key).unwrap();
    let issuer = Issuer::from_params(&params, &ca_key);
    let key = KeyPair::generate().unwrap();
    let names = vec![NAME.to_owned(), "127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    (ca.pem(), certificate.pem(), key.serialize_pem())
}

/// A hub with that certificate, and the file of the CA.
fn hub() -> (HubProcess, tempfile::TempDir, String) {
    let (ca, certificate, key) = certificates();
    let files = [("cert.pem", certificate.as_str()), ("key.pem", key.as_str())];
    // Called by a name that isn't loopback's, as a team's hub is.
    let options = ["--tls-cert", "cert.pem", "--tls-key", "key.pem", "--behind-proxy"];
    let hub = HubProcess::start_beside(&files, &options);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, ca).unwrap();
    let file = file.display().to_string();
    (hub, folder, file)
}

/// What a desk in this environment finds at an address.
fn found(address: &str, environment: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk_child"));
    for name in [
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command
        .args(["look".as_ref(), folder.path().as_os_str(), address.as_ref()])
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// An HTTP proxy that does CONNECT, to this computer whatever the name; what it was asked for.
async fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let note = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(tunnel(stream, note.clone()));
        }
    });
    (address, asked)
}

async fn tunnel(stream: TcpStream, note: Arc<Mutex<Vec<String>>>) {
    let mut client = BufReader::new(stream);
    let mut first = String::new();
    client.read_line(&mut first).await.unwrap();
    loop {
        let mut line = String::new();
        client.read_line(&mut line).await.unwrap();
        if line.trim().is_empty() {
            break;
        }
    }
    let Some(target) = first
        .strip_prefix("CONNECT ")
        .and_then(|rest| rest.split(' ').next())
    else {
        return;
    };
    note.lock().unwrap().push(target.to_owned());
    let port = target.rsplit(':').next().unwrap();
    let mut server = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    client
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await
        .unwrap();
    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

#[test]
fn a_desk_trusts_the_companys_own_ca_and_nobody_elses() {
    let (hub, _folder, ca) = hub();
    assert_eq!(found(&hub.base, &[("SSL_CERT_FILE", &ca)]), "found");
    assert_eq!(found(&hub.base, &[]), "hub_away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_goes_out_through_the_proxy_of_its_environment() {
    let (hub, _folder, ca) = hub();
    let (proxy, asked) = proxy().await;
    let address = hub.base.replace("127.0.0.1", NAME);
    let (looking, trusted) = (address.clone(), ca.clone());
    let answer = tokio::task::spawn_blocking(move || {
        found(&looking, &[("SSL_CERT_FILE", &trusted), ("HTTPS_PROXY", &proxy)])
    });
    assert_eq!(answer.await.unwrap(), "found");
    let target = address.trim_start_matches("https://").to_owned();
    assert!(asked.lock().unwrap().contains(&target), "{asked:?}");
    assert_eq!(
        found(&address, &[("SSL_CERT_FILE", &ca)]),
        "hub_away",
        "without it there is no way"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_asks_its_provider_through_the_proxy_of_its_environment() {
    let (proxy, asked) = proxy().await;
    let config = format!("[oidc]\nissuer = \"https://{NAME}:9\"\nclient_id = \"tiebreak\"\n");
    let hub = HubProcess::start_in_environment(&[("tiebreak-hub.toml", &config)], &[("HTTPS_PROXY", &proxy)]);
    // Well formed, and of nobody: the hub has to ask for the keys to know.
    let id_token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA";
    let nobody = Caller::new(&hub.base, "");
    let answer = nobody
        .request(reqwest::Method::POST, "/v1/sessions")
        .json(&json!({ "id_token": id_token }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(*asked.lock().unwrap(), [format!("{NAME}:9")]);
}
