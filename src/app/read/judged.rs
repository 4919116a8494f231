//! Traces and verdicts in the form in which they are sent: remembered, or made anew.

use crate::app::AppError;
use crate::app::memory::{Eye, Formed, Key};
use crate::app::node::Node;
use crate::app::show::Shown;
use crate::app::sight::Audience;
use crate::app::trace::{Answer, Question};
use crate::core::trace::Found;
use crate::core::verdict::State;
use std::sync::Arc;

/// A way to send an answer.
pub struct Form<E> {
    /// Its name; no other form has it.
    pub name: &'static str,
    /// Writes an answer out.
    pub write: fn(Answer) -> Result<Formed, E>,
}

impl<E> Clone for Form<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Form<E> {}

/// For whom else an answer is the same; none if it may rest on who asks.
#[must_use]
pub fn eye(audience: &Audience) -> Option<Eye> {
    match audience {
        Audience::Public => Some(Eye::Public),
        Audience::Viewer(_) if audience.sees_all_quantities() => Some(Eye::Quantities),
        Audience::Viewer(_) | Audience::Full => None,
    }
}

fn key(question: &Question, eye: Eye, form: &'static str) -> Key {
    Key {
        lot: question.lot.clone(),
        at: question.at,
        direction: question.direction,
        eye,
        form,
    }
}

/// The key of an answer of which something is kept, right or not any more: only then is it worth
/// looking where the log stands.
fn known(node: &Node, question: &Question, audience: &Audience, form: &'static str) -> Option<Key> {
    let key = key(question, eye(audience)?, form);
    node.memory().knows(&key).then_some(key)
}

/// The answer in the form with this name, if it is remembered and still is the answer, wherever
/// the log stands now.
///
/// # Errors
/// What the database reports.
pub async fn remembered(
    node: &Node,
    question: &Question,
    audience: &Audience,
    form: &'static str,
) -> Result<Option<Arc<Formed>>, AppError> {
    let Some(key) = known(node, question, audience, form) else {
        return Ok(None);
    };
    node.look().await?;
    Ok(found(node, &key))
}

/// As [`remembered`], for threads that may block.
///
/// # Errors
/// As [`remembered`].
pub fn remembered_blocking(
    node: &Node,
    question: &Question,
    audience: &Audience,
    form: &'static str,
) -> Result<Option<Arc<Formed>>, AppError> {
    let Some(key) = known(node, question, audience, form) else {
        return Ok(None);
    };
    node.size()?;
    Ok(found(node, &key))
}

fn found(node: &Node, key: &Key) -> Option<Arc<Formed>> {
    let found = node.memory().get(key, node.clock().now());
    if found.is_some() {
        node.metrics().judged(true);
    }
    found
}

/// Makes the answer, and remembers it if it may be remembered.
///
/// # Errors
/// What the database reports, and what `form` does.
pub fn afresh<E: From<AppError>>(
    node: &Node,
    question: &Question,
    audience: &Audience,
    form: Form<E>,
) -> Result<Arc<Formed>, E> {
    if eye(audience).is_some() {
        // What is not yet known of the log would be taken up as one piece with what comes after this
        // answer, and the answer be given up for it.
        node.size()?;
    }
    let mut answer = node.tracer().ask_as(question, audience)?;
    node.metrics().judged(false);
    let basis = std::mem::take(&mut answer.basis);
    // Of codes that nobody ever used there are more than of all others.
    let is_known = answer.verdict.state != State::Unknown;
    let formed = Arc::new((form.write)(answer)?);
    if let (Some(eye), true) = (eye(audience), is_known) {
        let key = key(question, eye, form.name);
        node.memory().put(key, Arc::clone(&formed), basis);
    }
    Ok(formed)
}

/// What a page shows of a lot, made anew and remembered, in the form `name` in which `write` puts it;
/// none if nobody ever used the code.
///
/// # Errors
/// What the database reports, and what `write` does.
pub fn page_afresh<E: From<AppError>>(
    node: &Node,
    question: &Question,
    name: &'static str,
    write: impl FnOnce(Shown) -> Result<Formed, E>,
) -> Result<Option<Arc<Formed>>, E> {
    // As in `afresh`.
    node.size()?;
    let mut shown = node.tracer().show(question)?;
    node.metrics().judged(false);
    if shown.found == Found::Nowhere {
        return Ok(None);
    }
    let basis = std::mem::take(&mut shown.basis);
    let formed = Arc::new(write(shown)?);
    let key = key(question, Eye::Public, name);
    node.memory().put(key, Arc::clone(&formed), basis);
    Ok(Some(formed))
}
