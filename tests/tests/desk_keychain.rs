//! The system's keychain itself: a Secret Service on a session bus of its own. Says so and passes where there is none.

use std::process::Command;

fn installed(program: &str) -> bool {
    Command::new("which")
        .arg(program)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn child(shell: &str, folder: &std::path::Path) -> Command {
    let mut command = Command::new("dbus-run-session");
    let runtime = folder.join("runtime");
    std::fs::create_dir_all(&runtime).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&runtime, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    command
        .args(["--", "sh", "-c", shell])
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_RUNTIME_DIR", runtime);
    command
        .env("CHILD", env!("CARGO_BIN_EXE_desk_child"))
        .env("FOLDER", folder);
    command
}

fn said(mut command: Command) -> Vec<String> {
    let output = command.output().expect("dbus-run-session runs");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_key_is_kept_in_the_systems_keychain_and_removed_again() {
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        println!("SKIPPED: needs dbus-run-session and gnome-keyring-daemon");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let shell = r#"printf 'pw\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$CHILD" keychain "$FOLDER""#;
    assert_eq!(
        said(child(shell, folder.path())),
        ["present true", "found Ok(Some(32))", "gone Ok(true)"]
    );
}

#[test]
fn without_a_keychain_the_desk_is_told_at_once() {
    if !installed("dbus-run-session") {
        println!("SKIPPED: needs dbus-run-session");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let shell = r#"unset DBUS_SESSION_BUS_ADDRESS; exec "$CHILD" keychain "$FOLDER""#;
    let lines = said(child(shell, folder.path()));
    assert_eq!(lines.first().map(String::as_str), Some("present false"));
    assert_eq!(lines.get(1).map(String::as_str), Some("found Err(Absent)"));
}
