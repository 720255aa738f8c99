//! The hub's own TLS, with a certificate made for the test.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::common::Api;
use crate::common::binary::Folder;

/// `cert.pem` and `key.pem` in the folder; the certificate.
fn certificate(folder: &Folder) -> String {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into(), "127.0.0.1".into()]).unwrap();
    std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.pem()
}

const TLS: [&str; 4] = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];

#[tokio::test]
async fn with_a_certificate_the_hub_speaks_tls_and_nothing_else() {
    let folder = Folder::new();
    let pem = certificate(&folder);
    let token = folder.token("Ana", &["steward"]);
    let serving = folder.serve(&TLS);
    assert!(serving.base.starts_with("https://"), "{}", serving.base);
    let root = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
    let api = Api {
        client: reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([root])
            .build()
            .unwrap(),
        ..serving.api(&token)
    };
    assert_eq!(api.get("/v1/me").await.1["name"], "Ana");
    let distrustful = serving.api(&token);
    assert!(distrustful.client.get(&serving.base).send().await.is_err());
    let plain = serving.base.replace("https://", "http://");
    assert!(distrustful.client.get(plain).send().await.is_err());
}

#[test]
fn with_tls_other_computers_may_reach_it_and_without_not() {
    let folder = Folder::new();
    certificate(&folder);
    let bare = folder.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(bare.code, Some(2), "{bare:?}");
    assert!(bare.err.contains("--tls-cert"), "{bare:?}");
    let mut words = vec!["serve", "--listen", "0.0.0.0:0"];
    words.extend(TLS);
    let mut child = folder
        .command(&words)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.contains("https://0.0.0.0:"), "{line}");
}

#[test]
fn a_certificate_without_its_key_is_usage() {
    let (folder, other) = (Folder::new(), Folder::new());
    certificate(&folder);
    certificate(&other);
    std::fs::copy(other.path().join("key.pem"), folder.path().join("other.pem")).unwrap();
    std::fs::write(folder.path().join("empty.pem"), "").unwrap();
    for (words, said) in [
        (&["--tls-cert", "cert.pem"][..], "together"),
        (
            &["--tls-cert", "cert.pem", "--tls-key", "other.pem"][..],
            "can't be used",
        ),
        (
            &["--tls-cert", "cert.pem", "--tls-key", "empty.pem"][..],
            "empty.pem",
        ),
        (
            &["--tls-cert", "empty.pem", "--tls-key", "key.pem"][..],
            "empty.pem",
        ),
        (
            &["--tls-cert", "nowhere.pem", "--tls-key", "key.pem"][..],
            "nowhere.pem",
        ),
    ] {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(words);
        let ran = folder.run(&all);
        assert_eq!(ran.code, Some(2), "{words:?}: {ran:?}");
        assert!(ran.err.contains(said), "{words:?}: {ran:?}");
    }
}
