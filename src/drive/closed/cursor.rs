//! Which requests a visit asks next, and whether they were answered rightly. It times nothing.

use crate::drive::closed::{questions::Questions, shape::Shape};
use api::{Reply, Request};

/// Where a visit stands in its pool, and the replies it reuses.
pub(crate) struct Cursor<'a> {
    questions: &'a Questions,
    replies: Vec<Reply>,
    items: usize,
    pub(crate) sample_items: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(questions: &'a Questions, shape: &Shape) -> Self {
        let pool = questions.requests.len();
        let most = pool / shape.items;
        let group = shape.group.unwrap_or(1).clamp(1, most as u32) as usize;
        let mut cursor = Self {
            questions,
            replies: Vec::new(),
            items: shape.items,
            sample_items: group * shape.items,
            at: 0,
        };
        cursor.replies.resize_with(cursor.sample_items, Reply::default);
        cursor
    }

    /// The requests of the next sample, and where their replies go.
    pub(crate) fn window(&mut self) -> (&'a [Request], &mut [Reply]) {
        let requests = &self.questions.requests[self.at..self.at + self.sample_items];
        (requests, &mut self.replies[..self.sample_items])
    }

    pub(crate) fn group(&self) -> u32 {
        (self.sample_items / self.items) as u32
    }

    /// Twice as many actions in a sample, if the pool holds them.
    pub(crate) fn double_group(&mut self) -> bool {
        let fits = self.sample_items * 2 <= self.questions.requests.len();
        if fits {
            self.sample_items *= 2;
            self.at = 0;
            self.replies.resize_with(self.sample_items, Reply::default);
        }
        fits
    }

    /// The wrong answers among the replies of the sample just taken.
    pub(crate) fn wrong(&self) -> u64 {
        self.questions.wrong(self.at, &self.replies[..self.sample_items])
    }

    /// Moves to the next window.
    pub(crate) fn go_on(&mut self) {
        self.at += self.sample_items;
        if self.at + self.sample_items > self.questions.requests.len() {
            self.at = 0;
        }
    }
}
