//! What a process takes of the machine's memory.

/// Resident memory in KiB, as the kernel counts it.
pub(crate) fn resident() -> f64 {
    status("VmRSS:")
}

/// The most that it ever took, in KiB.
#[allow(dead_code, reason = "not every bench asks for it")]
pub(crate) fn peak() -> f64 {
    status("VmHWM:")
}

fn status(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with(what)).expect("it tells of memory");
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number of KiB")
}
