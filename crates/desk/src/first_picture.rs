//! Whether the window has drawn its first picture. What can wait for that waits here, and not for long: a window out of sight
//! draws nothing and is kept up to date all the same.

use std::time::Duration;

use tokio::sync::watch;

const WITHIN: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct FirstPicture(watch::Sender<bool>);

impl Default for FirstPicture {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl FirstPicture {
    pub fn drawn(&self) {
        self.0.send_replace(true);
    }

    /// Done when it is drawn, or after a second.
    pub async fn wait(&self) {
        self.wait_within(WITHIN).await;
    }

    async fn wait_within(&self, within: Duration) {
        let mut drawn = self.0.subscribe();
        // Over is as good as drawn.
        drop(tokio::time::timeout(within, drawn.wait_for(|drawn| *drawn)).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn who_waits_goes_on_when_it_is_drawn_and_who_comes_later_at_once() {
        let picture = FirstPicture::default();
        let waits = picture.wait_within(LONG);
        tokio::pin!(waits);
        assert!(
            tokio::time::timeout(SHORT, &mut waits).await.is_err(),
            "nothing is drawn"
        );
        picture.drawn();
        waits.await;
        picture.wait_within(LONG).await;
    }

    #[tokio::test]
    async fn a_window_that_draws_nothing_is_not_waited_for() {
        FirstPicture::default().wait_within(SHORT).await;
    }
}
