//! Prior and evidence, printed such that what is printed adds up to the printed weight, or a line says that it doesn't.

use super::view::{EvidenceView, LinkView};
use super::{Evidence, Factor, Link, MatchBody};
use crate::text::{counted, label, number_word};

/// How far the parts may miss the weight and still count as adding up: what rounding in a file costs.
pub const TOLERANCE: f64 = 0.01;

/// Beyond this, tenths no longer fit an exact sum; no model gives such weights.
const PRINTABLE_MAX: f64 = 1e9;

/// Prior, weight and every piece of evidence are there and finite, and |prior + Σ − weight| ≤ 0.01.
pub fn adds_up(link: &Link) -> bool {
    match (parts(link), link.weight) {
        (Some(parts), Some(weight)) => {
            weight.abs() < PRINTABLE_MAX
                && parts.iter().all(|part| part.abs() < PRINTABLE_MAX)
                && (parts.iter().sum::<f64>() - weight).abs() <= TOLERANCE + 1e-9
        }
        _ => false,
    }
}

/// The prior and then the evidence; none when one of them has no weight.
fn parts(link: &Link) -> Option<Vec<f64>> {
    let mut parts = vec![link.prior?];
    for evidence in &link.evidence {
        parts.push(evidence.weight.filter(|_| evidence.factor.is_none())?);
    }
    Some(parts)
}

/// Every scored pair as it is shown.
pub fn link_views(body: &MatchBody) -> Vec<LinkView> {
    let label_of = |name: &str| attribute_label(body, name);
    body.links.iter().map(|link| link_view(link, &label_of)).collect()
}

pub(super) fn attribute_label(body: &MatchBody, name: &str) -> String {
    let declared = body
        .attributes
        .iter()
        .find(|a| a.name == name)
        .and_then(|a| a.label.clone());
    declared.unwrap_or_else(|| label(name))
}

fn link_view(link: &Link, label_of: &dyn Fn(&str) -> String) -> LinkView {
    let adds_up = adds_up(link);
    let printed = match (parts(link), link.weight) {
        (Some(parts), Some(weight)) if adds_up => shared_out(&parts, weight),
        _ => Vec::new(),
    };
    let text = |position: usize, weight: f64| {
        printed
            .get(position)
            .map_or_else(|| signed(weight), |tenths| of_tenths(*tenths))
    };
    let mut running = link.prior.unwrap_or(0.0);
    let evidence = link
        .evidence
        .iter()
        .enumerate()
        .map(|(index, evidence)| {
            let from = running;
            running += evidence.weight.unwrap_or(0.0);
            EvidenceView {
                attribute: evidence.attribute.clone().unwrap_or_default(),
                level: evidence.level.clone(),
                similarity: evidence.similarity,
                weight: evidence.weight,
                weight_text: match (evidence.weight, evidence.factor) {
                    (_, Some(Factor::Infinite)) => "+∞".to_owned(),
                    (_, Some(Factor::Zero)) => "\u{2212}∞".to_owned(),
                    (Some(weight), None) => text(index + 1, weight),
                    (None, None) => "no weight".to_owned(),
                },
                factor: evidence.factor,
                from,
                to: running,
            }
        })
        .collect();
    LinkView {
        left: link.left.clone(),
        right: link.right.clone(),
        probability: link.probability,
        probability_text: link.probability.map(percent),
        weight: link.weight,
        weight_text: link.weight.map(signed),
        prior: link.prior,
        prior_text: link.prior.map(|prior| text(0, prior)),
        prior_words: link.prior.map(prior_words),
        evidence,
        adds_up,
        sum_words: sum_words(link, adds_up, label_of),
    }
}

/// Tenths for each part whose sum is the weight's tenths: each part is rounded down, and the tenths that are missing go
/// to the parts that lost most (largest remainder, Hamilton's method).
fn shared_out(parts: &[f64], weight: f64) -> Vec<i64> {
    let target = tenths(weight);
    let mut printed: Vec<i64> = parts.iter().map(|part| (part * 10.0).floor() as i64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let lost = |index: &usize| parts[*index] * 10.0 - (parts[*index] * 10.0).floor();
    order.sort_by(|a, b| lost(b).total_cmp(&lost(a)));
    let mut missing = target - printed.iter().sum::<i64>();
    let mut turn = 0;
    while missing != 0 && !order.is_empty() {
        let step = missing.signum();
        let place = if step > 0 {
            turn % order.len()
        } else {
            order.len() - 1 - turn % order.len()
        };
        printed[order[place]] += step;
        missing -= step;
        turn += 1;
    }
    printed
}

fn tenths(weight: f64) -> i64 {
    (weight * 10.0).round() as i64
}

/// One decimal and a true sign: "+5.7", "−8.0", "0.0".
pub fn signed(weight: f64) -> String {
    if weight.abs() < PRINTABLE_MAX {
        of_tenths(tenths(weight))
    } else {
        format!("{weight:+.1e}").replace('-', "\u{2212}")
    }
}

fn of_tenths(tenths: i64) -> String {
    let sign = match tenths.signum() {
        1 => "+",
        -1 => "\u{2212}",
        _ => "",
    };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// "98.1 %", never "100.0 %" or "0.0 %".
pub fn percent(probability: f64) -> String {
    if probability >= 0.9995 {
        "> 99.9 %".to_owned()
    } else if probability < 0.0005 {
        "< 0.1 %".to_owned()
    } else {
        format!("{:.1} %", probability * 100.0)
    }
}

/// Where space is short: "98 %", with a decimal only where it matters, above 99 and below 1.
pub fn percent_short(probability: f64) -> String {
    if (0.01..0.99).contains(&probability) {
        format!("{:.0} %", probability * 100.0)
    } else {
        percent(probability)
    }
}

/// The prior as a share of pairs: "about 1 pair in 250 the same".
pub fn prior_words(prior: f64) -> String {
    let pairs = 1.0 + (-prior).exp2();
    if !pairs.is_finite() || pairs > PRINTABLE_MAX {
        return "fewer than 1 pair in a billion the same".to_owned();
    }
    if pairs < 1.5 {
        return format!("about {} of pairs the same", percent_short(1.0 / pairs));
    }
    let unit = 10f64.powf((pairs.log10().floor() - 1.0).max(0.0));
    format!(
        "about 1 pair in {} the same",
        grouped((pairs / unit).round() * unit)
    )
}

fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn sum_words(link: &Link, adds_up: bool, label_of: &dyn Fn(&str) -> String) -> String {
    let attributes = match link.evidence.len() {
        1 => "one attribute".to_owned(),
        n => format!("{} attributes", number_word(n)),
    };
    if adds_up {
        return if link.evidence.is_empty() {
            "the prior alone".to_owned()
        } else {
            format!("prior and {attributes}, adds up")
        };
    }
    if link.evidence.is_empty() {
        return "the evidence wasn't sent".to_owned();
    }
    let named = |evidence: &Evidence| match &evidence.attribute {
        Some(attribute) => label_of(attribute),
        None => "unnamed evidence".to_owned(),
    };
    if let Some(evidence) = link.evidence.iter().find(|e| e.factor.is_some()) {
        let factor = if evidence.factor == Some(Factor::Zero) {
            "a zero"
        } else {
            "an infinite"
        };
        return format!("doesn't add up: {} has {factor} factor", named(evidence));
    }
    if let Some(evidence) = link.evidence.iter().find(|e| e.weight.is_none()) {
        return format!("doesn't add up: {} has no weight", named(evidence));
    }
    match (link.prior, link.weight) {
        (None, _) => "doesn't add up: the prior is missing".to_owned(),
        (_, None) => format!(
            "the weight itself is missing; {} of evidence",
            counted(link.evidence.len(), "piece")
        ),
        (Some(prior), Some(weight)) => {
            let sum = prior + link.evidence.iter().filter_map(|e| e.weight).sum::<f64>();
            format!("doesn't add up: the parts make {sum:+.2}, the weight is {weight:+.2}")
                .replace('-', "\u{2212}")
        }
    }
}
