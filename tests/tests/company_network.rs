//! Where companies make their own certificates and let nobody out but through a proxy: desk and hub take both from the
//! system they run on, here from the environment. Webhooks go by a proxy only where the operator named one for them.

use std::process::Command;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};
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

/// A hub with that certificate, and the file of the CA. Where its certificate alone matters, it answers as any receiver might.
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
    let (port, asked) = proxy_for(None).await;
    (format!("http://127.0.0.1:{port}"), asked)
}

/// The same for those alone who send this `Proxy-Authorization`; its port.
async fn proxy_for(whom: Option<&'static str>) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let note = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(tunnel(stream, whom, note.clone()));
        }
    });
    (port, asked)
}

async fn tunnel(stream: TcpStream, whom: Option<&str>, note: Arc<Mutex<Vec<String>>>) {
    let mut client = BufReader::new(stream);
    let mut first = String::new();
    client.read_line(&mut first).await.unwrap();
    let mut is_known = whom.is_none();
    loop {
        let mut line = String::new();
        client.read_line(&mut line).await.unwrap();
        if line.trim().is_empty() {
            break;
        }
        let named = line
            .split_once(':')
            .filter(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"));
        is_known |= named.is_some_and(|(_, value)| Some(value.trim()) == whom);
    }
    let Some(target) = first
        .strip_prefix("CONNECT ")
        .and_then(|rest| rest.split(' ').next())
    else {
        return;
    };
    note.lock().unwrap().push(target.to_owned());
    if !is_known {
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        client.write_all(refusal).await.unwrap();
        return;
    }
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

/// `Basic` of this user and password, which has a sign in it that a URL must escape.
const ANA: &str = "Basic YW5hOnNAY3JldA==";
const ANA_IN_URL: &str = "ana:s%40cret";

/// Makes a webhook for this address and tries it out: what came of it.
async fn tried(hub: &HubProcess, url: &str) -> Value {
    let admin = hub.caller("root", &["admin"]);
    let new = json!({"url": url, "events": ["case.created"]});
    let made = admin.post("/v1/webhooks", &new).await;
    let path = format!("/v1/webhooks/{}/test", made["id"].as_str().unwrap());
    admin.post(&path, &json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_goes_out_by_the_proxy_its_operator_named() {
    let (receiver, _folder, ca) = hub();
    let (port, asked) = proxy_for(Some(ANA)).await;
    // By its name: where the operator has it, inside the network, it may be reached. Nothing else there may.
    let proxy = format!("http://{ANA_IN_URL}@localhost:{port}");
    let environment = [("SSL_CERT_FILE", ca.as_str()), ("TIEBREAK_WEBHOOK_PROXY", &proxy)];
    let sender = HubProcess::start_in_environment(&[], &environment);
    let address = receiver.base.replace("127.0.0.1", NAME);
    let answer = tried(&sender, &format!("{address}/v1/nowhere")).await;
    assert_eq!(
        answer,
        json!({"delivered": false, "status": 404, "fault": null}),
        "the receiver itself answered, over TLS"
    );
    assert_eq!(*asked.lock().unwrap(), [address.trim_start_matches("https://")]);

    let admin = sender.caller("root", &["admin"]);
    for url in ["https://10.0.0.8/", "https://[::1]/", "https://localhost/"] {
        let new = json!({"url": url, "events": ["*"]});
        let request = admin.request(reqwest::Method::POST, "/v1/webhooks").json(&new);
        assert_eq!(request.send().await.unwrap().status(), 422, "{url}");
    }
    assert_eq!(
        asked.lock().unwrap().len(),
        1,
        "of private addresses it hears nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_does_not_let_a_webhook_through_is_said() {
    let (port, asked) = proxy_for(Some(ANA)).await;
    let config = format!("webhook_proxy = \"http://127.0.0.1:{port}\"\n");
    let sender = HubProcess::start_in_environment(&[("tiebreak-hub.toml", &config)], &[]);
    let answer = tried(&sender, &format!("https://{NAME}:9/hook")).await;
    assert_eq!(answer["fault"], "proxy_failed", "{answer}");
    assert_eq!(*asked.lock().unwrap(), [format!("{NAME}:9")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_of_the_environment_alone_gets_no_webhook() {
    let (proxy, asked) = proxy().await;
    let environment = [("HTTPS_PROXY", proxy.as_str()), ("ALL_PROXY", &proxy)];
    let sender = HubProcess::start_in_environment(&[], &environment);
    let answer = tried(&sender, &format!("https://{NAME}:9/hook")).await;
    assert_eq!(
        answer["fault"], "unreachable",
        "nobody here knows that name: {answer}"
    );
    assert_eq!(*asked.lock().unwrap(), [] as [String; 0]);
}
