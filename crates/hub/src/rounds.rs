//! What several ask for at the same time is done together, in one transaction: a commit waits for the disk as long for one
//! as for many, and what all of them need is read once.
//!
//! Nobody waits for company: a question is taken up at once where no round is under way, and those that come meanwhile make
//! the next one. (Two rounds of one kind at a time were tried: each is then smaller, and what it costs besides its questions is
//! paid more often than the disk is waited for.) What fails together, or ends in a panic, is done again alone, so that nobody bears
//! what another asked for.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::oneshot;

use crate::bounds::too_slow;
use crate::error::HubError;

/// Questions done together at most: what a round holds, others can't have until it is over.
const ROUND_MAX: usize = 32;

/// Cases or decisions in a round at most, but for what one question asks alone: all of them are in memory at once.
const WEIGHT_MAX: usize = 200;

/// A round that takes longer is given up, and all in it are told so: the next ones don't wait for a database that never answers.
const ROUND_SECONDS: u64 = 20;

struct Waiting<Q, A> {
    question: Q,
    weight: usize,
    answer: oneshot::Sender<Result<A, HubError>>,
}

/// Questions of one kind that wait for their round.
pub struct Rounds<Q, A> {
    state: Mutex<State<Q, A>>,
}

struct State<Q, A> {
    waiting: Vec<Waiting<Q, A>>,
    /// Somebody does one round after the other, until nobody waits. One task for all of them: a task for each question, waiting
    /// for its turn, was tried, and since a round takes many questions but one task ends with it, thousands gathered under load.
    under_way: bool,
}

impl<Q, A> Default for Rounds<Q, A> {
    fn default() -> Self {
        let state = State {
            waiting: Vec::new(),
            under_way: false,
        };
        Self {
            state: Mutex::new(state),
        }
    }
}

impl<Q: Clone + Send + 'static, A: Send + 'static> Rounds<Q, A> {
    /// Has the question answered in a round; `weight` is how many cases or decisions it is about. `round` answers all it is
    /// given, each in its place, or none of them; it may be called again with fewer. Once begun it is carried through, whether or not anybody waits for the answer still.
    ///
    /// # Errors
    /// Those of `round`.
    pub async fn ask<R, F>(self: &Arc<Self>, question: Q, weight: usize, round: R) -> Result<A, HubError>
    where
        R: Fn(Vec<Q>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Vec<A>, HubError>> + Send,
    {
        let (answer, answered) = oneshot::channel();
        let begins = {
            let mut state = self.locked();
            state.waiting.push(Waiting {
                question,
                weight,
                answer,
            });
            !std::mem::replace(&mut state.under_way, true)
        };
        if begins {
            let rounds = self.clone();
            tokio::spawn(async move { rounds.run(round).await });
        }
        answered.await.map_err(HubError::broken)?
    }

    /// One round after the other.
    async fn run<R, F>(&self, round: R)
    where
        R: Fn(Vec<Q>) -> F,
        F: Future<Output = Result<Vec<A>, HubError>>,
    {
        while let Some(taken) = self.take() {
            answer(&round, taken).await;
        }
    }

    /// All who wait, as far as a round goes; none: nobody waits, and the next who asks begins anew.
    fn take(&self) -> Option<Vec<Waiting<Q, A>>> {
        let mut state = self.locked();
        if state.waiting.is_empty() {
            state.under_way = false;
            return None;
        }
        let mut weight = 0;
        let fits = state.waiting.iter().take(ROUND_MAX).take_while(|next| {
            weight += next.weight;
            weight <= WEIGHT_MAX
        });
        let count = fits.count().max(1);
        Some(state.waiting.drain(..count).collect())
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State<Q, A>> {
        // What it holds is whole at every moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer<Q, A, R, F>(round: &R, taken: Vec<Waiting<Q, A>>)
where
    Q: Clone,
    R: Fn(Vec<Q>) -> F,
    F: Future<Output = Result<Vec<A>, HubError>>,
{
    let questions = taken.iter().map(|waiting| waiting.question.clone()).collect();
    let Some(answers) = in_time(round, questions).await else {
        for waiting in taken {
            let _ = waiting.answer.send(Err(too_slow(ROUND_SECONDS)));
        }
        return;
    };
    match answers {
        Ok(answers) => {
            for (waiting, answer) in taken.into_iter().zip(answers) {
                // Whoever asked may have gone.
                let _ = waiting.answer.send(Ok(answer));
            }
        }
        Err(error) if taken.len() == 1 => {
            let only = taken.into_iter().next();
            let _ = only.map(|waiting| waiting.answer.send(Err(error)));
        }
        Err(error) => {
            tracing::debug!(%error, "round.each_alone");
            // All at once: where it is the database that fails, nobody waits for the failures of the others.
            join_all(taken.into_iter().map(async |waiting| {
                let _ = waiting.answer.send(alone(round, waiting.question).await);
            }))
            .await;
        }
    }
}

/// None where it takes too long. A panic is an error like any other: what the round held, it let go of as it fell.
async fn in_time<Q, A, R, F>(round: &R, questions: Vec<Q>) -> Option<Result<Vec<A>, HubError>>
where
    R: Fn(Vec<Q>) -> F,
    F: Future<Output = Result<Vec<A>, HubError>>,
{
    let done = AssertUnwindSafe(async { round(questions).await }).catch_unwind();
    let done = tokio::time::timeout(Duration::from_secs(ROUND_SECONDS), done)
        .await
        .ok()?;
    Some(done.unwrap_or_else(|_| Err(HubError::broken("a round panicked"))))
}

async fn alone<Q, A, R, F>(round: &R, question: Q) -> Result<A, HubError>
where
    R: Fn(Vec<Q>) -> F,
    F: Future<Output = Result<Vec<A>, HubError>>,
{
    let answers = in_time(round, vec![question]).await;
    answers
        .unwrap_or_else(|| Err(too_slow(ROUND_SECONDS)))?
        .pop()
        .ok_or_else(|| HubError::broken("a round without an answer"))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    async fn slowly(numbers: Vec<u32>) -> Result<Vec<u32>, HubError> {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if numbers.contains(&113) {
            return Err(HubError::NotFound { what: "luck" });
        }
        assert!(!numbers.contains(&213), "no such number");
        Ok(numbers.into_iter().map(|number| number * 2).collect())
    }

    #[tokio::test]
    async fn everybody_is_answered_and_those_who_wait_together() {
        let (rounds, begun) = (Arc::new(Rounds::default()), Arc::new(AtomicUsize::new(0)));
        let asked = (0..100).map(|number| {
            let begun = begun.clone();
            rounds.ask(number, 1, move |numbers| {
                begun.fetch_add(1, Ordering::Relaxed);
                slowly(numbers)
            })
        });
        let answers = join_all(asked).await;
        let answers: Vec<u32> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, (0..100).map(|number| number * 2).collect::<Vec<_>>());
        assert_eq!(begun.load(Ordering::Relaxed), 100_usize.div_ceil(ROUND_MAX));
    }

    /// What waits for a round is the question alone: a hub that is never idle would else hold more and more.
    #[tokio::test]
    async fn however_many_ask_one_task_answers_them() {
        let rounds = Arc::new(Rounds::default());
        let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        let before = tasks();
        // Sixteen who each ask again as soon as they are answered.
        let asked = (0..16).map(async |number| {
            let mut most = 0;
            for _ in 0..20 {
                assert_eq!(rounds.ask(number, 1, slowly).await.unwrap(), number * 2);
                most = most.max(tasks() - before);
            }
            most
        });
        assert_eq!(join_all(asked).await.into_iter().max(), Some(1));
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(tasks(), before, "and it ends with the last of them");
    }

    #[tokio::test]
    async fn what_one_asks_in_vain_is_no_harm_to_the_others() {
        let rounds = Arc::new(Rounds::default());
        let answers = join_all((110..120).map(|number| rounds.ask(number, 1, slowly))).await;
        for (number, answer) in (110..120).zip(answers) {
            match answer {
                Ok(twice) => assert_eq!(twice, number * 2),
                Err(error) => assert_eq!((number, error.code()), (113, "not_found")),
            }
        }
    }

    #[tokio::test]
    async fn a_round_is_about_no_more_cases_than_fit_but_for_one_who_asks_for_more() {
        let (rounds, largest) = (Arc::new(Rounds::default()), Arc::new(AtomicUsize::new(0)));
        let asked = (0..20_u32).map(|number| {
            let largest = largest.clone();
            let weight = if number == 7 {
                WEIGHT_MAX * 3
            } else {
                WEIGHT_MAX / 4
            };
            rounds.ask(number, weight, move |numbers| {
                largest.fetch_max(numbers.len(), Ordering::Relaxed);
                slowly(numbers)
            })
        });
        let answers: Vec<u32> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, (0..20).map(|number| number * 2).collect::<Vec<_>>());
        assert_eq!(largest.load(Ordering::Relaxed), 4);
    }

    #[tokio::test]
    async fn a_question_that_panics_is_answered_with_an_error_and_the_others_as_ever() {
        let rounds = Arc::new(Rounds::default());
        let answers = join_all((210..220).map(|number| rounds.ask(number, 1, slowly))).await;
        for (number, answer) in (210..220).zip(answers) {
            match answer {
                Ok(twice) => assert_eq!(twice, number * 2),
                Err(error) => assert_eq!((number, error.code()), (213, "internal")),
            }
        }
    }
}
