//! Webhooks: who is told, what became of each message, and in words why one wasn't taken.

use domain::text::counted;
use domain::webhook::{EVERY_EVENT, WebhookEvent};
use protocol::WireError;
use protocol::ipc::{
    DeliveriesArgs, DeliveriesView, DeliveryRow, Done, EventChoice, ReplayArgs, TestedView, WebhookArgs,
    WebhooksView,
};
use protocol::webhooks::{Delivery, DeliveryState, NewWebhook, Replayed, WebhookMade};

use crate::open_desk::OpenDesk;

pub async fn all(open: &OpenDesk) -> Result<WebhooksView, WireError> {
    Ok(WebhooksView {
        webhooks: open.hub.webhooks().await?,
        events: events(),
    })
}

fn events() -> Vec<EventChoice> {
    let choice = |name: &str, words: &str| EventChoice {
        name: name.to_owned(),
        words: words.to_owned(),
    };
    let every = choice(EVERY_EVENT, "Everything, also what later versions tell of");
    let each = WebhookEvent::ALL
        .into_iter()
        .map(|event| choice(event.as_str(), event.words()));
    std::iter::once(every).chain(each).collect()
}

pub async fn add(open: &OpenDesk, mut new: NewWebhook) -> Result<WebhookMade, WireError> {
    new.url = new.url.trim().to_owned();
    Ok(open.hub.add_webhook(&new).await?)
}

pub async fn remove(open: &OpenDesk, args: &WebhookArgs) -> Result<Done, WireError> {
    open.hub.remove_webhook(&args.id).await?;
    Ok(Done {})
}

pub async fn enable(open: &OpenDesk, args: &WebhookArgs) -> Result<Done, WireError> {
    open.hub.enable_webhook(&args.id).await?;
    Ok(Done {})
}

pub async fn disable(open: &OpenDesk, args: &WebhookArgs) -> Result<Done, WireError> {
    open.hub.disable_webhook(&args.id).await?;
    Ok(Done {})
}

pub async fn test(open: &OpenDesk, args: &WebhookArgs) -> Result<TestedView, WireError> {
    let tested = open.hub.test_webhook(&args.id).await?;
    let answer = answer(tested.status, tested.fault.as_deref());
    Ok(TestedView {
        delivered: tested.delivered,
        words: if tested.delivered {
            format!("The test was taken: {answer}")
        } else {
            format!("The test wasn’t taken: {answer}")
        },
    })
}

pub async fn deliveries(open: &OpenDesk, args: &DeliveriesArgs) -> Result<DeliveriesView, WireError> {
    let page = open
        .hub
        .deliveries(&args.id, args.state, args.after.as_deref())
        .await?;
    Ok(DeliveriesView {
        rows: page.items.into_iter().map(row).collect(),
        next: page.next,
    })
}

fn row(delivery: Delivery) -> DeliveryRow {
    DeliveryRow {
        words: words(&delivery),
        id: delivery.id,
        event: delivery.event,
        case_id: delivery.case_id,
        sequence: delivery.sequence,
        state: delivery.state,
        created_at: delivery.created_at,
        tried_at: delivery.tried_at,
        next_at: delivery.next_at,
        correlation_id: delivery.correlation_id,
    }
}

fn words(delivery: &Delivery) -> String {
    let tries = counted(delivery.tries as usize, "try").replace("trys", "tries");
    let answer = answer(delivery.status, delivery.fault.as_deref());
    match (delivery.state, delivery.tries) {
        (DeliveryState::Delivered, _) => format!("Taken: {answer}"),
        (DeliveryState::Waiting, 0) => "Waits to be sent".to_owned(),
        (DeliveryState::Waiting, _) => format!("Waits to be sent again after {tries}: {answer}"),
        (DeliveryState::Dead, 0) => "Given up unsent: the webhook was disabled".to_owned(),
        (DeliveryState::Dead, _) => format!("Given up after {tries}: {answer}"),
    }
}

/// What the receiver said, or why it didn't.
fn answer(status: Option<u16>, fault: Option<&str>) -> String {
    match (status, fault) {
        (Some(410), _) => "the receiver answered 410, it is gone".to_owned(),
        (Some(status @ 300..=399), _) => {
            format!("the receiver answered {status}, and redirects aren’t followed")
        }
        (Some(status), _) => format!("the receiver answered {status}"),
        (None, Some("private_address")) => {
            "its address is in a private network, which this hub doesn’t reach".to_owned()
        }
        (None, Some("timeout")) => "the receiver was too slow".to_owned(),
        (None, Some("unreachable")) => "nobody answers there".to_owned(),
        (None, Some("proxy_failed")) => "the hub’s proxy didn’t get through".to_owned(),
        (None, Some("invalid_webhook")) => "its address isn’t taken any more".to_owned(),
        (None, Some("not_made")) => "the hub couldn’t make the message".to_owned(),
        (None, Some(other)) => other.replace('_', " "),
        (None, None) => "it isn’t known why".to_owned(),
    }
}

pub async fn replay(open: &OpenDesk, args: &ReplayArgs) -> Result<Replayed, WireError> {
    let delivery = args.delivery_id.as_deref();
    Ok(open.hub.replay(&args.webhook_id, delivery).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(state: DeliveryState, tries: u32, status: Option<u16>, fault: Option<&str>) -> Delivery {
        let at = chrono::DateTime::UNIX_EPOCH;
        Delivery {
            id: "d".into(),
            event_id: "e".into(),
            event: WebhookEvent::CaseClosed,
            case_id: "c".into(),
            sequence: 1,
            state,
            tries,
            created_at: at,
            next_at: None,
            tried_at: None,
            status,
            fault: fault.map(str::to_owned),
            correlation_id: None,
        }
    }

    #[test]
    fn what_became_of_a_delivery_is_said_in_words() {
        use DeliveryState::{Dead, Delivered, Waiting};
        for (delivery, said) in [
            (
                delivery(Delivered, 1, Some(204), None),
                "Taken: the receiver answered 204",
            ),
            (delivery(Waiting, 0, None, None), "Waits to be sent"),
            (
                delivery(Waiting, 1, None, Some("unreachable")),
                "Waits to be sent again after 1 try: nobody answers there",
            ),
            (
                delivery(Dead, 10, Some(503), None),
                "Given up after 10 tries: the receiver answered 503",
            ),
            (
                delivery(Dead, 0, None, None),
                "Given up unsent: the webhook was disabled",
            ),
        ] {
            assert_eq!(words(&delivery), said);
        }
    }

    #[test]
    fn every_event_can_be_chosen_and_all_of_them_at_once() {
        let all = events();
        assert_eq!(all.len(), WebhookEvent::ALL.len() + 1);
        assert_eq!(all[0].name, "*");
    }
}
