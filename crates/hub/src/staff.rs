//! The people there are, with what their live tokens give: for whoever passes a case on to one of them.

use std::collections::{HashMap, HashSet};

use domain::Instant;
use domain::access::is_within;
use domain::case::Sensitivity;
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

/// Those of them who may see what is so sensitive, by what was given to them for good. Who is disabled has no roles either.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn who_see(
    conn: &mut Conn,
    sensitivity: Sensitivity,
    now: Instant,
) -> Result<Vec<Person>, HubError> {
    let given = people::access_of_all(conn).await?.into_iter();
    let see: HashSet<String> = given
        .filter(|access| access.disabled_at.is_none() && is_within(access.grant.ceiling, sensitivity))
        .map(|access| access.id)
        .collect();
    let mut found = all(conn, now).await?;
    found.retain(|person| see.contains(&person.id));
    Ok(found)
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
