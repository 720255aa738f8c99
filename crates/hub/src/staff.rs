//! The people there are, with what their live tokens give: for whoever passes a case on to one of them.

use std::collections::HashMap;

use domain::Instant;
use domain::policy::{Person, Role};

use crate::error::HubError;
use crate::store::{Conn, people, tokens};

/// Everybody, in the order of their names.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn all(conn: &mut Conn, now: Instant) -> Result<Vec<Person>, HubError> {
    let mut roles: HashMap<String, Vec<Role>> = HashMap::new();
    for (person, role) in tokens::roles_of_people(conn, now).await? {
        roles.entry(person).or_default().push(role);
    }
    let found = people::all(conn).await?;
    Ok(found
        .into_iter()
        .map(|row| Person {
            roles: roles.remove(&row.id).unwrap_or_default(),
            id: row.id,
            name: row.name,
            queues: row.queues,
        })
        .collect())
}

/// By id or name; a name that is somebody's id means that one.
pub fn named<'p>(people: &'p [Person], name: &str) -> Option<&'p Person> {
    people
        .iter()
        .find(|person| person.id == name)
        .or_else(|| people.iter().find(|person| person.name == name))
}

pub fn name_of(people: &[Person], id: &str) -> Option<String> {
    people
        .iter()
        .find(|person| person.id == id)
        .map(|person| person.name.clone())
}
