//! How a question is answered: on the pool of threads that may block, with a tag by which
//! whoever asked before learns that nothing has changed.

use super::problem::Problem;
use super::sight::Sight;
use crate::app::memory::Formed;
use crate::app::node::Node;
use crate::app::read::judged::{Form, afresh, eye, remembered};
use crate::app::sight::Audience;
use crate::app::trace::Question;
use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use actix_web::web::{Data, block};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::pin::Pin;

/// Seconds for which a verdict is said to be the same if the log is: it depends on the clock in
/// hours and days, not in seconds.
const JUDGED_FOR_S: u64 = 60;

/// Bytes of a tag, before base64url.
const TAG_BYTES: usize = 16;

/// The media type of most answers.
const JSON: &str = "application/json";

/// A question: what is asked, by whom, and what they have already.
#[derive(Clone)]
pub struct Ask {
    node: Data<Node>,
    sight: Sight,
    uri: String,
    have: Option<String>,
    judging: bool,
    stored: bool,
}

impl Ask {
    /// What whoever asks may see.
    #[must_use]
    pub const fn sight(&self) -> &Sight {
        &self.sight
    }

    /// The node that is asked.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Says that the answer depends on the clock.
    #[must_use]
    pub const fn judging(mut self) -> Self {
        self.judging = true;
        self
    }

    /// Says that the answer must lie in no cache and is not the same answer twice.
    #[must_use]
    pub fn unstored(mut self) -> Self {
        self.stored = false;
        self.have = None;
        self
    }

    /// What caches may do with the answer.
    fn cached(&self) -> &'static str {
        match (self.stored, self.sight.is_public()) {
            (false, _) => "no-store",
            (true, true) => "no-cache",
            (true, false) => "private, no-cache",
        }
    }

    /// The tag of the answer, while the log has `size` entries. It is a weak one: compression
    /// and the second of judging differ between answers that mean the same.
    fn tag(&self, media: &str, size: u64) -> String {
        let mut hasher = Sha256::new();
        hasher.update(size.to_be_bytes());
        if self.judging {
            let minute = self.node.clock().now().get() / JUDGED_FOR_S;
            hasher.update(minute.to_be_bytes());
        }
        hasher.update(format!("{:?}\n{media}\n{}", self.sight, self.uri));
        let digest = hasher.finalize();
        let short = digest.get(..TAG_BYTES).unwrap_or_default();
        format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(short))
    }

    /// The tag of an answer that is told by what it means, not by the log: others may trade while it
    /// stays the same.
    fn tag_of(&self, media: &str, formed: &Formed) -> String {
        let mut hasher = Sha256::new();
        hasher.update(formed.meaning);
        hasher.update(format!("{:?}\n{media}\n{}", eye(self.audience()), self.uri));
        let digest = hasher.finalize();
        let short = digest.get(..TAG_BYTES).unwrap_or_default();
        format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(short))
    }

    const fn audience(&self) -> &Audience {
        self.sight.audience()
    }

    /// The answer; without a body if whoever asks has it.
    fn respond(&self, media: &'static str, tag: String, body: Option<Vec<u8>>) -> HttpResponse {
        let mut response = match body {
            Some(_) => HttpResponse::Ok(),
            None => HttpResponse::NotModified(),
        };
        if self.stored {
            response.insert_header((ETAG, tag));
        }
        response
            .insert_header((CACHE_CONTROL, self.cached()))
            .insert_header((VARY, "Accept, Authorization, Cookie"));
        match body {
            Some(body) => response.content_type(media).body(body),
            None => response.finish(),
        }
    }

    fn has(&self, tag: &str) -> bool {
        let have = self.have.as_deref().unwrap_or("");
        have.split(',')
            .map(str::trim)
            .any(|one| one == "*" || one == tag)
    }
}

impl FromRequest for Ask {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let node = request.app_data::<Data<Node>>().cloned();
        let sight = Sight::from_request(request, payload);
        let have = request.headers().get(IF_NONE_MATCH);
        let have = have.and_then(|have| have.to_str().ok()).map(str::to_owned);
        let uri = request.uri().to_string();
        Box::pin(async move {
            Ok(Self {
                node: node.ok_or_else(Problem::internal)?,
                sight: sight.await?,
                uri,
                have,
                judging: false,
                stored: true,
            })
        })
    }
}

/// Answers with what `work` finds, as JSON. Runs where it may block; reads never wait for the
/// writer.
///
/// # Errors
/// Those of `work`.
pub async fn answer<T: Serialize>(
    ask: Ask,
    work: impl FnOnce(&Node) -> Result<T, Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let json = move |node: &Node| {
        let found = work(node)?;
        serde_json::to_vec(&found).map_err(|_impossible| Problem::internal())
    };
    answer_bytes(ask, JSON, json).await
}

/// Answers with a text of this media type.
///
/// # Errors
/// Those of `work`.
pub async fn answer_text(
    ask: Ask,
    media: &'static str,
    work: impl FnOnce(&Node) -> Result<String, Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    answer_bytes(ask, media, move |node| work(node).map(String::into_bytes)).await
}

/// Answers with bytes of this media type.
///
/// # Errors
/// Those of `work`.
pub async fn answer_bytes(
    ask: Ask,
    media: &'static str,
    work: impl FnOnce(&Node) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    // Before the work: what is appended meanwhile makes the next tag another one.
    let tag = ask.tag(media, ask.node.look().await?);
    if ask.has(&tag) {
        return Ok(ask.respond(media, tag, None));
    }
    let body = in_turn(&ask, work).await?;
    Ok(ask.respond(media, tag, Some(body)))
}

/// Does the work of an answer on the pool of threads that may block, when it is its turn.
async fn in_turn<T: Send + 'static>(
    ask: &Ask,
    work: impl FnOnce(&Node) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (node, turn) = (ask.node.clone(), ask.node.turn().await?);
    let done = block(move || {
        let done = work(&node);
        drop(turn);
        done
    });
    done.await.map_err(|_gone| Problem::internal())?
}

/// Answers a question about a lot: with the answer that was given before, if it still is the answer,
/// or with a new one.
///
/// # Errors
/// What the database reports.
pub async fn answer_judged(
    ask: Ask,
    question: Question,
    form: Form<Problem>,
) -> Result<HttpResponse, Problem> {
    let audience = ask.audience().clone();
    if eye(&audience).is_none() {
        let work = move |node: &Node| Ok(afresh(node, &question, &audience, form)?.body.clone());
        return answer_bytes(ask.judging(), JSON, work).await;
    }
    let formed = match remembered(&ask.node, &question, &audience, form.name).await? {
        Some(formed) => formed,
        None => {
            let work = move |node: &Node| afresh(node, &question, &audience, form);
            in_turn(&ask, work).await?
        }
    };
    let tag = ask.tag_of(JSON, &formed);
    let body = (!ask.has(&tag)).then(|| formed.body.clone());
    Ok(ask.respond(JSON, tag, body))
}

/// Writes an answer as JSON. `timeless` is the same answer, judged at the beginning of time.
///
/// # Errors
/// None that can happen.
pub fn formed_json<T: Serialize>(answer: &T, timeless: &T) -> Result<Formed, Problem> {
    let json = |value| serde_json::to_vec(value).map_err(|_impossible| Problem::internal());
    let digest = Sha256::digest(json(timeless)?);
    let mut meaning = [0; TAG_BYTES];
    for (to, from) in meaning.iter_mut().zip(digest) {
        *to = from;
    }
    let body = json(answer)?;
    Ok(Formed { body, meaning })
}
