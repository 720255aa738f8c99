//! Where claimed values lie on an axis, for times, dates and numbers. Places only: doubles are good enough here.

use chrono::{DateTime, Duration, NaiveDate};

use super::{AxisPoint, AxisTick};
use crate::conflict::Claim;
use crate::conflict::normal::Normal;

const TICKS_MAX: f64 = 14.0;
const SECOND_STEPS: [f64; 20] = [
    1.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    10_800.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    604_800.0,
    1_209_600.0,
];

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Clock,
    Day,
    Instant,
    Number,
}

/// Points and ticks, 0 to 1; empty unless two or more values lie on one scale and none lies off it.
pub(super) fn axis(groups: &[(Normal, Vec<&Claim>)]) -> (Vec<AxisPoint>, Vec<AxisTick>) {
    let places: Vec<(u32, u32, Unit, f64)> = groups
        .iter()
        .enumerate()
        .filter(|(_, (normal, _))| *normal != Normal::Null)
        .filter_map(|(index, (normal, claims))| {
            let (unit, place) = place(normal)?;
            Some((index as u32 + 1, claims.len() as u32, unit, place))
        })
        .collect();
    let valued = groups
        .iter()
        .filter(|(normal, _)| *normal != Normal::Null)
        .count();
    let Some(&(_, _, unit, _)) = places.first() else {
        return Default::default();
    };
    if places.len() < 2
        || places.len() < valued
        || places.iter().any(|(_, _, u, p)| *u != unit || !p.is_finite())
    {
        return Default::default();
    }
    let low = places.iter().map(|p| p.3).fold(f64::INFINITY, f64::min);
    let high = places.iter().map(|p| p.3).fold(f64::NEG_INFINITY, f64::max);
    let step = step(unit, high - low);
    let (first, last) = ((low / step).floor() - 1.0, (high / step).ceil() + 1.0);
    let (start, width) = (first * step, (last - first) * step);
    if !width.is_finite() || width <= 0.0 {
        return Default::default();
    }
    let at = |place: f64| ((place - start) / width).clamp(0.0, 1.0);
    let points = places.iter().map(|(option, claims, _, place)| AxisPoint {
        option: *option,
        claims: *claims,
        at: at(*place),
    });
    let count = ((last - first).round() + 1.0).min(TICKS_MAX) as usize;
    let ticks = (0..count).map(|n| (first + n as f64) * step).filter_map(|place| {
        Some(AxisTick {
            text: tick_text(unit, place, step)?,
            at: at(place),
        })
    });
    (points.collect(), ticks.collect())
}

fn place(normal: &Normal) -> Option<(Unit, f64)> {
    match normal {
        Normal::Time { seconds } => Some((Unit::Clock, f64::from(*seconds))),
        Normal::Number(decimal) => Some((Unit::Number, decimal.nearest())),
        Normal::Date(text) => match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) => Some((Unit::Day, (day - NaiveDate::default()).num_days() as f64)),
            Err(_) => Some((
                Unit::Instant,
                DateTime::parse_from_rfc3339(text).ok()?.timestamp() as f64,
            )),
        },
        _ => None,
    }
}

/// The smallest readable step that leaves room for one more on either side.
fn step(unit: Unit, span: f64) -> f64 {
    let least = span / (TICKS_MAX - 5.0);
    match unit {
        Unit::Clock => SECOND_STEPS
            .into_iter()
            .find(|s| *s >= least.max(60.0))
            .unwrap_or(10_800.0),
        Unit::Instant => SECOND_STEPS
            .into_iter()
            .find(|s| *s >= least)
            .unwrap_or_else(|| round_step(least)),
        Unit::Day => round_step(least.max(1.0)),
        Unit::Number => round_step(if span > 0.0 { least } else { 1.0 }),
    }
}

/// 1, 2 or 5 times a power of ten, at least as large.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|s| *s >= least * 0.999_999)
        .unwrap_or(power * 10.0)
}

fn tick_text(unit: Unit, place: f64, step: f64) -> Option<String> {
    match unit {
        // There is no hour 24, and none below zero.
        Unit::Clock if !(0.0..86_400.0).contains(&place) => None,
        Unit::Clock => Some(format!(
            "{:02}:{:02}",
            place as u32 / 3600,
            place as u32 % 3600 / 60
        )),
        Unit::Day => {
            let day = NaiveDate::default().checked_add_signed(Duration::try_days(place as i64)?)?;
            Some(day.format("%-d %b %Y").to_string())
        }
        Unit::Instant => {
            let instant = DateTime::from_timestamp(place as i64, 0)?;
            let format = if step < 60.0 {
                "%H:%M:%S"
            } else if step < 86_400.0 {
                "%-d %b %H:%M"
            } else {
                "%-d %b %Y"
            };
            Some(instant.format(format).to_string())
        }
        Unit::Number => {
            let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
            Some(format!("{place:.decimals$}").replace('-', "\u{2212}"))
        }
    }
}
