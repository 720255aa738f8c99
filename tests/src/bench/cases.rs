//! Cases to measure with: pairs of records with evidence, as a matcher sends them, about two kilobytes each.
//! The same number makes the same case.

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

pub const QUEUE: &str = "bench";

const NAMES: [&str; 8] = [
    "Brightwater",
    "Nordlicht",
    "Alder & Sons",
    "Kestrel",
    "Ostrava Steel",
    "Marigold",
    "Tern Harbour",
    "Quill",
];
const SORTS: [&str; 6] = ["GmbH", "Ltd", "Logistics", "Foods", "Partners", "Clinic"];
const STREETS: [&str; 6] = [
    "Lindenweg",
    "Harbour Road",
    "Rue de la Paix",
    "Mill Lane",
    "Via Roma",
    "Kungsgatan",
];
const CITIES: [&str; 6] = ["Berlin", "Cork", "Lyon", "Leeds", "Torino", "Malmö"];
const ATTRIBUTES: [(&str, &str); 9] = [
    ("name", "Name"),
    ("contact", "Contact"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("street", "Street"),
    ("postcode", "Postcode"),
    ("city", "City"),
    ("vat_id", "VAT id"),
    ("iban", "IBAN"),
];

/// xorshift: numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[usize::try_from(self.below(list.len() as u64)).unwrap()]
    }
}

pub fn pair(number: u64) -> Value {
    let mut numbers = Numbers((number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let name = format!("{} {} {number}", numbers.of(&NAMES), numbers.of(&SORTS));
    let left = record(&format!("crm-{number}"), "CRM", &name, &mut numbers);
    let mut right = left.clone();
    right["id"] = json!(format!("erp-{number}"));
    right["system"] = json!("ERP");
    right["fields"]["name"] = json!(name.to_uppercase());
    right["fields"]["phone"] = json!(format!("0{}", 100_000_000 + numbers.below(800_000_000)));
    right["fields"]["street"] = json!(format!("{} {}", numbers.of(&STREETS), numbers.below(200)));
    let evidence = evidence(&left, &right);
    let prior = -9.25;
    // Weights are quarters, so that the sum is exact.
    let weight = prior
        + evidence
            .iter()
            .map(|e| e["weight"].as_f64().unwrap())
            .sum::<f64>();
    let probability = 1.0 / (1.0 + (-weight).exp2());
    json!({
        "source": "bench-matcher", "external_id": format!("pair-{number:06}"), "queue": QUEUE, "kind": "identity_match",
        "subject": {"type": "customer", "id": format!("crm-{number}"), "label": name},
        "suggestion": {"verdict": {"clusters": [[left["id"], right["id"]]]}, "confidence": probability,
                       "by": {"name": "bench-matcher", "version": "1.4.2", "rule": "name+postcode"}},
        "context": [{"id": "orders", "title": "Recent orders", "summary": format!("{} open", numbers.below(9)), "system": "ERP"}],
        "body": {
            "entity_type": "customer",
            "attributes": ATTRIBUTES.map(|(name, label)| json!({"name": name, "label": label, "type": "text"})),
            "records": [left, right],
            "links": [{"left": format!("crm-{number}"), "right": format!("erp-{number}"), "probability": probability,
                       "weight": weight, "prior": prior, "evidence": evidence}],
        },
    })
}

fn record(id: &str, system: &str, name: &str, numbers: &mut Numbers) -> Value {
    json!({"id": id, "system": system, "updated_at": "2026-08-11T09:30:00Z", "fields": {
        "name": name,
        "contact": format!("{} {}", numbers.of(&["Ana", "Jürgen", "Siobhán", "Luca", "Maja"]), numbers.of(&["Ruiz", "Groß", "Byrne", "Conti", "Lind"])),
        "email": format!("office{}@example.com", numbers.below(100_000)),
        "phone": format!("+49 30 {}", 1_000_000 + numbers.below(8_000_000)),
        "street": format!("{} {}", numbers.of(&STREETS), numbers.below(200)),
        "postcode": format!("{}", 10_000 + numbers.below(89_999)),
        "city": numbers.of(&CITIES),
        "vat_id": format!("DE{}", 100_000_000 + numbers.below(899_999_999)),
        "iban": format!("DE89 3704 0044 {:04} {:04} 00", numbers.below(9999), numbers.below(9999)),
    }})
}

fn evidence(left: &Value, right: &Value) -> Vec<Value> {
    let weight = |equal: bool, name: &str| match (equal, name) {
        (true, "vat_id") => 3.25,
        (true, "postcode" | "email") => 2.75,
        (true, _) => 1.5,
        (false, "name") => 0.75,
        (false, _) => -2.5,
    };
    ATTRIBUTES
        .iter()
        .map(|(name, _)| {
            let equal = left["fields"][name] == right["fields"][name];
            let level = if equal { "exact" } else { "all other" };
            json!({"attribute": name, "level": level, "similarity": if equal { 1.0 } else { 0.42 }, "weight": weight(equal, name)})
        })
        .collect()
}

/// Writes as many cases, one a line.
pub fn write(path: &Path, count: u64) -> std::io::Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    for number in 0..count {
        serde_json::to_writer(&mut file, &pair(number))?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_makes_the_same_case_and_another_makes_another() {
        assert_eq!(pair(7), pair(7));
        assert_ne!(pair(7), pair(8));
    }

    #[test]
    fn every_case_is_one_that_the_hub_takes() {
        for number in [0, 1, 999, 99_999] {
            let case = pair(number);
            domain::case::Case::read(&case).unwrap();
            assert!(
                (1_500..4_000).contains(&case.to_string().len()),
                "{}",
                case.to_string().len()
            );
        }
    }
}
