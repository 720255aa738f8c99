//! The one door: every call of the window, answered in a few lines each. What it means stands elsewhere.

mod access;
mod audit;
mod decide;
mod exports;
mod first;
mod history;
mod looks;
mod opinions;
mod outbox;
mod overview;
mod passing;
mod policies;
mod tools;
mod undo;
mod webhooks;
mod work;

use domain::policy::opinions::{Asked, may_be_asked};
use domain::policy::{Passed, Role};
pub use exports::import;
use exports::look_again;
use protocol::WireError;
use protocol::hub::CaseRow;
use protocol::ipc::{
    AgreementView, Call, CommentArgs, ContextArgs, ContextDetail, Done, Empty, RateRow, RecoveryKeyView,
    SearchArgs, SearchPage, SearchRow, Settings, StatsArgs, StatsView,
};
use serde::Serialize;

use crate::desk::Desk;
use crate::open_desk::OpenDesk;
use crate::replica::cases::Standing;
use crate::replica::context_details::Detail;
use crate::replica::decisions::DecisionStored;
use crate::shelf::Missing;
use crate::{sign_in, words};

impl Desk {
    /// Answers a call with its result as JSON.
    ///
    /// # Errors
    /// A code and a sentence.
    pub async fn call(&self, call: Call) -> Result<String, WireError> {
        answered(self, call).await
    }
}

async fn answered(desk: &Desk, call: Call) -> Result<String, WireError> {
    match call {
        Call::First(Empty {}) => json(&first::first(desk).await?),
        Call::Start(Empty {}) => json(&desk.start().await),
        Call::ChooseSolo(args) => json(&desk.choose_solo(args).await?),
        Call::CheckHub(args) => json(&Desk::check_hub(args).await?),
        Call::ChooseTeam(args) => json(&desk.choose_team(args).await?),
        Call::SignIn(args) => json(&sign_in::again(&*desk.opened().await?, &args).await?),
        Call::BrowserSignIn(args) => json(&desk.browser_sign_in(args).await?),
        Call::CancelSignIn(Empty {}) => {
            desk.cancel_sign_in();
            json(&Done {})
        }
        Call::Unlock(args) => json(&desk.unlock(args).await?),
        Call::SignOut(Empty {}) => json(&desk.sign_out().await?),
        Call::HandedOver(Empty {}) => json(&desk.handed().view()),
        Call::HandedOverSeen(Empty {}) => {
            desk.handed().seen();
            json(&Done {})
        }
        Call::PickFiles(args) => json(&protocol::ipc::Picked {
            paths: desk.host().pick_files(args).await,
        }),
        Call::PickSave(args) => json(&protocol::ipc::Picked {
            paths: desk.host().pick_save(args).await,
        }),
        Call::Painted(args) => {
            desk.host().painted(&args.what);
            json(&Done {})
        }
        // Before a store is open the window has only the system's look.
        Call::Settings(Empty {}) => match desk.opened().await {
            Ok(open) => json(&open.replica.settings().await?),
            Err(_) => json(&Settings::default()),
        },
        call => opened(&*desk.opened().await?, call).await,
    }
}

async fn opened(open: &OpenDesk, call: Call) -> Result<String, WireError> {
    match call {
        Call::RecoveryKey(Empty {}) => json(&RecoveryKeyView {
            recovery_key: open.key.recovery_key(),
        }),
        Call::SettleRecoveryKey(Empty {}) => {
            open.replica.settle_recovery_key().await?;
            json(&Done {})
        }
        Call::Overview(Empty {}) => json(&overview::overview(open).await?),
        Call::Work(args) => json(&work::work(open, &args).await?),
        Call::Case(args) => json(&open.on_screen(&args.case_id).await?),
        Call::Draft(args) => json(&work::draft(open, args).await?),
        Call::Decide(args) => json(&decide::decide(open, args).await?),
        Call::Skip(args) => json(&work::skip(open, args).await?),
        Call::Undo(args) => json(&undo::undo(open, args).await?),
        Call::ContextDetail(args) => json(&context_detail(open, args).await?),
        Call::Comment(args) => json(&comment(open, args).await?),
        Call::Colleagues(args) => json(&passing::colleagues(open, args).await?),
        Call::Assignees(args) => json(&passing::assignees(open, args).await?),
        Call::HandOver(args) => json(&passing::hand_over(open, args).await?),
        Call::Escalate(args) => json(&passing::escalate(open, args).await?),
        Call::Assign(args) => json(&passing::assign(open, args).await?),
        Call::ForMe(Empty {}) => json(&passing::for_me(open).await?),
        Call::OpenCase(args) => json(&passing::open_case(open, args).await?),
        Call::LookAt(args) => json(&looks::at(open, args).await?),
        Call::LookAway(args) => json(&looks::away(open, args).await?),
        Call::Away(Empty {}) => json(&passing::away(open).await?),
        Call::SetAway(args) => json(&passing::set_away(open, args).await?),
        Call::Outbox(Empty {}) => json(&outbox::view(open).await?),
        Call::RetryOutbox(args) => json(&outbox::retry(open, args).await?),
        Call::DiscardOutbox(args) => json(&outbox::discard(open, args).await?),
        Call::DecideAgain(args) => json(&outbox::decide_again(open, args).await?),
        Call::History(args) => json(&history::page(open, args).await?),
        Call::Opinions(Empty {}) => json(&opinions::view(open).await?),
        Call::OutcomesSeen(Empty {}) => {
            open.replica.see_outcomes().await?;
            json(&Done {})
        }
        Call::Search(args) => json(&search(open, args).await?),
        Call::StatsOverrides(args) => json(&stats_overrides(open, args).await?),
        Call::StatsAgreement(args) => json(&AgreementView {
            items: open.hub.agreement(&args).await?,
        }),
        Call::Export(args) => json(&exports::export(open, args).await?),
        Call::Import(args) => json(&exports::import(open, args).await?),
        Call::RecordsHeader(args) => json(&exports::records_header(open, args).await?),
        Call::AddSample(Empty {}) => json(&exports::sample(open).await?),
        Call::SetSettings(settings) => {
            open.replica.set_settings(&settings).await?;
            json(&settings)
        }
        Call::Access(Empty {}) => json(&access::page(open).await?),
        Call::ChangePerson(args) => json(&open.hub.change_person(&args.id, &args.change).await?),
        Call::RevokeToken(args) => {
            open.hub.revoke_token(&args.id).await?;
            json(&Done {})
        }
        Call::MakeToken(args) => json(&access::make_token(open, args).await?),
        Call::Elevate(args) => json(&access::elevate(open, &args).await?),
        Call::EndElevation(args) => json(&access::end(open, &args.id).await?),
        Call::SyncNow(Empty {}) => {
            {
                let mut state = open.status.lock();
                state.feed_behind = true;
                state.queues_read_at = None;
                // The person asks for more: also where there was none a moment ago.
                state.forget_dry();
            }
            open.status.wake_at_once();
            json(&Done {})
        }
        call => about_hub(open, call).await,
    }
}

/// The pages about the hub: each asks it.
async fn about_hub(open: &OpenDesk, call: Call) -> Result<String, WireError> {
    match call {
        Call::Policies(Empty {}) => json(&policies::all(open).await?),
        Call::Policy(args) => json(&policies::one(open, &args).await?),
        Call::DraftPolicy(args) => json(&policies::draft(open, &args)),
        Call::SimulatePolicy(args) => json(&policies::simulate(open, args).await?),
        Call::ChangePolicy(args) => json(&policies::change(open, args).await?),
        Call::Tools(Empty {}) => json(&tools::all(open).await?),
        Call::RegisterTool(args) => json(&tools::register(open, args).await?),
        Call::Webhooks(Empty {}) => json(&webhooks::all(open).await?),
        Call::AddWebhook(new) => json(&webhooks::add(open, new).await?),
        Call::RemoveWebhook(args) => json(&webhooks::remove(open, &args).await?),
        Call::EnableWebhook(args) => json(&webhooks::enable(open, &args).await?),
        Call::DisableWebhook(args) => json(&webhooks::disable(open, &args).await?),
        Call::TestWebhook(args) => json(&webhooks::test(open, &args).await?),
        Call::Deliveries(args) => json(&webhooks::deliveries(open, &args).await?),
        Call::Replay(args) => json(&webhooks::replay(open, &args).await?),
        Call::Audit(args) => json(&audit::page(open, &args).await?),
        Call::VerifyAudit(args) => json(&audit::verify(open, args).await?),
        Call::ExportAudit(args) => json(&audit::export(open, args).await?),
        Call::Retention(Empty {}) => json(&audit::retention(open).await?),
        Call::SetRetention(retention) => json(&audit::set_retention(open, retention).await?),
        other => Err(WireError::new(
            "unknown_call",
            format!("'{}' isn't answered here", other.name()),
        )),
    }
}

fn json(value: &impl Serialize) -> Result<String, WireError> {
    serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "an answer can't be written as JSON");
        WireError::new("internal", "This answer can't be shown")
    })
}

/// From the replica up to `internal`; beyond that from the hub, which writes it into the audit.
async fn context_detail(open: &OpenDesk, args: ContextArgs) -> Result<ContextDetail, WireError> {
    let missing = || WireError::new("no_detail", "There is no more to this");
    let ready = match open.shelf.get(&open.replica, &args.case_id).await {
        // Only looked at: nothing of it is kept here.
        Err(Missing::NotHere) => {
            let asked = open.hub.context_detail(&args.case_id, &args.context_id);
            let detail = asked.await?.ok_or_else(missing)?;
            return Ok(ContextDetail { detail });
        }
        ready => ready?,
    };
    let entry = ready.context(&args.context_id).ok_or_else(missing)?;
    open.status.use_queue(ready.case.queue(), open.now());
    if !entry.audited
        && let Detail::Here(detail) = open
            .replica
            .context_detail(&args.case_id, &args.context_id)
            .await?
    {
        return Ok(ContextDetail { detail });
    }
    let detail = open
        .hub
        .context_detail(&args.case_id, &args.context_id)
        .await?
        .ok_or_else(missing)?;
    if !entry.audited {
        open.replica
            .set_context_detail(&args.case_id, &args.context_id, Some(&detail))
            .await?;
    }
    Ok(ContextDetail { detail })
}

async fn comment(open: &OpenDesk, args: CommentArgs) -> Result<Done, WireError> {
    let text = args.text.trim();
    if text.is_empty() {
        return Err(WireError::new("empty_comment", "Write something first"));
    }
    open.hub.comment(&args.case_id, text).await?;
    open.status.lock().refetch.insert(args.case_id);
    open.status.wake();
    Ok(Done {})
}

/// Whether the rules let this person have the case. `own`: their decisions that wait for another's.
fn may_be_claimed(open: &OpenDesk, row: &CaseRow, own: &[DecisionStored]) -> bool {
    let person = open.person();
    let queues = open.queues();
    let policy = queues.iter().find(|queue| queue.name == row.queue);
    let policy = policy.map(|queue| queue.policy.clone()).unwrap_or_default();
    let decided = own.iter().any(|own| own.decision.case_id == row.id);
    let deciders = if decided {
        vec![person.id.as_str()]
    } else {
        Vec::new()
    };
    let asked = Asked {
        case: Passed {
            kind: row.kind,
            queue: &row.queue,
            proposed_by: row.proposed_by.as_deref(),
            barred: &[],
        },
        policy: &policy,
        state: row.state,
        deciders: &deciders,
    };
    row.state.takes_decisions() && may_be_asked(&person, &asked).is_ok()
}

async fn search(open: &OpenDesk, args: SearchArgs) -> Result<SearchPage, WireError> {
    let page = open.hub.search(&args.query, args.after.as_deref()).await?;
    let held = open.replica.cases_held().await?;
    let own = open.replica.waiting_for_others().await?;
    let person = open.person();
    let rows = page.items.into_iter().map(|row| SearchRow {
        at_hand: held
            .iter()
            .any(|case| case.id == row.id && case.standing == Standing::AtHand),
        free: row.lease.is_none() && may_be_claimed(open, &row, &own),
        with: row
            .lease
            .as_ref()
            .filter(|lease| lease.person != person.id)
            .and_then(|lease| lease.name.clone()),
        assignable: row.state.takes_decisions() && person.has(Role::Lead) && person.sees_queue(&row.queue),
        queue_title: words::queue_title(&row.queue),
        title: words::row_title(&row),
        case_id: row.id,
        queue: row.queue,
        kind: row.kind,
        external_id: row.external_id,
        state: row.state,
    });
    Ok(SearchPage {
        rows: rows.collect(),
        next: page.next,
    })
}

async fn stats_overrides(open: &OpenDesk, args: StatsArgs) -> Result<StatsView, WireError> {
    let items = open.hub.overrides(&args).await?;
    let rows = items.into_iter().map(|item| RateRow {
        words: words::rate(&item),
        low: item.interval.map(|interval| interval.low),
        high: item.interval.map(|interval| interval.high),
        group: item.group,
        n: item.n,
        agree: item.agree,
        overridden: item.overridden,
        edited: item.edited,
        cannot_tell: item.cannot_tell,
        no_suggestion: item.no_suggestion,
        rate: item.rate,
    });
    Ok(StatsView {
        items: rows.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_desk::TestDesk;

    #[tokio::test]
    async fn looking_again_looks_also_where_there_was_nothing_a_moment_ago() {
        let desk = TestDesk::fresh().await;
        let now = desk.open.now();
        let later = now + chrono::TimeDelta::seconds(30);
        desk.open.status.lock().set_dry("sites", Some(later));
        opened(&desk.open, Call::SyncNow(Empty {})).await.unwrap();
        assert!(!desk.open.status.lock().is_dry("sites", now));
    }
}
