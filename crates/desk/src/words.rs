//! Sentences about queues, times and the outbox, made here so that the window makes none.

use chrono::TimeDelta;
use domain::Instant;
use domain::policy::Role;
use domain::stats::RateItem;
use domain::text::label;
use protocol::hub::CaseRow;
use protocol::ipc::{Due, LockReason};
use protocol::worklife::Escalated;

/// What happened and what to do.
pub const fn locked(reason: LockReason) -> &'static str {
    match reason {
        LockReason::Passphrase => "Type your passphrase to open the store on this computer.",
        LockReason::NoKeychain => {
            "The keychain that holds the key isn't there. Start it and then Tiebreak again, or type the recovery key."
        }
        LockReason::KeychainLocked => {
            "The keychain is locked. Unlock it and ask it again, or type the recovery key."
        }
        LockReason::KeyMissing => {
            "The keychain has no key for this store; perhaps it is locked. Unlock it, or type the recovery key."
        }
        LockReason::WrongKey => {
            "The key doesn't open the store on this computer. Nothing in it was changed. Type the recovery key."
        }
    }
}

/// "Booking changes" for `booking-changes`, "Matches" for the queue of matches that named none. A name with capitals or
/// blanks was written for people.
pub fn queue_title(name: &str) -> String {
    match name {
        "identity_match" => "Matches".to_owned(),
        "data_conflict" => "Conflicts".to_owned(),
        "proposed_action" => "Actions".to_owned(),
        _ if name.contains(|letter: char| letter.is_uppercase() || letter.is_whitespace()) => name.to_owned(),
        _ => label(name),
    }
}

/// What a row of a list is called: as the hub says, else what the case is about, else its id.
pub fn row_title(row: &CaseRow) -> String {
    let label = || row.subject.as_ref()?.get("label")?.as_str().map(str::to_owned);
    let heading = row.heading.clone().or_else(|| row.title.clone());
    heading.or_else(label).unwrap_or_else(|| row.external_id.clone())
}

/// "late by 12 min", "due in 40 min", "due in 3 days". Clock times are the window's: it knows the time zone.
pub fn due(at: Instant, now: Instant) -> Due {
    let late = at < now;
    let span = span(if late { now - at } else { at - now });
    Due {
        at,
        words: if late {
            format!("late by {span}")
        } else {
            format!("due in {span}")
        },
        late,
    }
}

/// "12 min", "3 h", "2 days": whole units, rounded down, never less than a minute.
pub fn span(time: TimeDelta) -> String {
    match (time.num_minutes(), time.num_hours(), time.num_days()) {
        (minutes, ..) if minutes < 60 => format!("{} min", minutes.max(1)),
        (_, hours, _) if hours < 48 => format!("{hours} h"),
        (.., days) => format!("{days} days"),
    }
}

/// Why a case waits for this person: "Escalated by Ana to the leads", "Late: escalated to the leads", "Assigned to you".
pub fn for_me(escalation: Option<&Escalated>, stands_in_for: Option<&str>) -> String {
    match (escalation, stands_in_for) {
        (Some(Escalated { by: Some(by), to, .. }), _) => format!("Escalated by {by} to {}", all_of(to)),
        (Some(Escalated { by: None, to, .. }), _) => format!("Late: escalated to {}", all_of(to)),
        (None, Some(name)) => format!("Assigned to {name}, for whom you stand in"),
        (None, None) => "Assigned to you".into(),
    }
}

/// "the leads" for a role; a person or a queue by its name.
fn all_of(to: &str) -> String {
    Role::parse(to).map_or_else(|| to.to_owned(), Role::plural)
}

/// "0:12", "1:48".
pub fn minutes_seconds(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// "49.3 % [44.7–54.0], 220 of 446": a rate is never said without its interval and count.
pub fn rate(item: &RateItem) -> String {
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    match (item.rate, item.interval) {
        (Some(rate), Some(interval)) => format!(
            "{} % [{}–{}], {} of {}",
            percent(rate),
            percent(interval.low),
            percent(interval.high),
            item.overridden,
            item.n
        ),
        _ => "nothing counted yet".into(),
    }
}

/// "outbox empty", "4 in the outbox", "1 needs you".
pub fn outbox(waiting: u64, wedged: u64) -> String {
    match (waiting, wedged) {
        (0, 0) => "outbox empty".into(),
        (waiting, 0) => format!("{waiting} in the outbox"),
        (_, 1) => "1 needs you".into(),
        (_, wedged) => format!("{wedged} need you"),
    }
}

/// What is wrong with some JSON, for the log: serde's own words quote the values.
pub fn json_fault(error: &serde_json::Error) -> String {
    format!(
        "{:?} at line {}, column {}",
        error.classify(),
        error.line(),
        error.column()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_is_said_in_whole_units() {
        let now = Instant::from_timestamp(1_800_000_000, 0).unwrap();
        let words = |seconds| due(now + TimeDelta::seconds(seconds), now).words;
        assert_eq!(words(-12 * 60 - 5), "late by 12 min");
        assert_eq!(words(10), "due in 1 min");
        assert_eq!(words(3 * 3600), "due in 3 h");
        assert_eq!(words(50 * 3600), "due in 2 days");
    }

    #[test]
    fn what_is_wrong_with_json_is_said_without_its_values() {
        let error = serde_json::from_str::<Vec<u8>>(r#"["4111 1111"]"#).unwrap_err();
        assert!(error.to_string().contains("4111"), "serde quotes it");
        assert_eq!(json_fault(&error), "Data at line 1, column 12");
    }

    #[test]
    fn why_a_case_waits_for_one_is_said_in_a_few_words() {
        let escalated = |by: Option<&str>| Escalated {
            at: Instant::UNIX_EPOCH,
            by: by.map(str::to_owned),
            to: "lead".into(),
            reason: None,
        };
        assert_eq!(
            for_me(Some(&escalated(Some("Ana"))), None),
            "Escalated by Ana to the leads"
        );
        assert_eq!(
            for_me(Some(&escalated(None)), None),
            "Late: escalated to the leads"
        );
        assert_eq!(
            for_me(None, Some("Eva")),
            "Assigned to Eva, for whom you stand in"
        );
        assert_eq!(for_me(None, None), "Assigned to you");
    }

    #[test]
    fn a_queue_name_becomes_a_title() {
        assert_eq!(queue_title("booking-changes"), "Booking changes");
        assert_eq!(queue_title("data_conflict"), "Conflicts");
        assert_eq!(queue_title("VIP accounts"), "VIP accounts");
    }
}
