//! Memory of the program with all its processes: proportional set size, so that shared pages count once.

use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Mebibytes of a process and everything it started. WebKit's processes are children of the program.
///
/// # Errors
/// When the process is gone.
pub fn pss_mb(root: u32) -> anyhow::Result<f64> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = parent_of(id) {
            children.entry(parent).or_default().push(id);
        }
    }
    let (mut seen, mut open, mut kilobytes) = (HashSet::new(), vec![root], 0);
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        kilobytes += pss_kilobytes(id).unwrap_or(0);
        open.extend(children.get(&id).into_iter().flatten());
    }
    anyhow::ensure!(kilobytes > 0, "process {root} is gone");
    Ok(kilobytes as f64 / 1024.0)
}

/// The fourth field after the name, which may itself hold blanks and brackets.
fn parent_of(id: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat[stat.rfind(')')? + 1..]
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()
}

fn pss_kilobytes(id: u32) -> Option<u64> {
    let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// Processes running this program file whose parent is given, or anywhere below it.
pub fn find(program: &Path, below: u32) -> Option<u32> {
    let mut open = vec![below];
    while let Some(id) = open.pop() {
        // Built anew meanwhile, it runs on under its old name with " (deleted)" behind it.
        let exe = std::fs::read_link(format!("/proc/{id}/exe")).unwrap_or_default();
        if exe
            .to_str()
            .is_some_and(|exe| Path::new(exe.trim_end_matches(" (deleted)")) == program)
        {
            return Some(id);
        }
        let listed = std::fs::read_dir("/proc").ok()?.flatten();
        open.extend(
            listed
                .filter_map(|e| e.file_name().to_str()?.parse().ok())
                .filter(|child| parent_of(*child) == Some(id)),
        );
    }
    None
}
