//! Which requests a visit asks next, and whether they were answered rightly. It times nothing.

use crate::drive::closed::{Shape, questions::Target};
use api::{Reply, Request};

/// Where a visit stands in its pool, and the replies it reuses.
pub(crate) struct Walk<'a> {
    target: &'a Target,
    replies: Vec<Reply>,
    items: usize,
    pub(crate) sample_items: usize,
    at: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(target: &'a Target, shape: &Shape) -> Self {
        let pool = target.requests.len();
        let most = pool / shape.items;
        let group = shape.group.unwrap_or(1).clamp(1, most as u32) as usize;
        let mut walk = Self {
            target,
            replies: Vec::new(),
            items: shape.items,
            sample_items: group * shape.items,
            at: 0,
        };
        walk.replies.resize_with(walk.sample_items, Reply::default);
        walk
    }

    /// The requests of the next sample, and where their replies go.
    pub(crate) fn window(&mut self) -> (&'a [Request], &mut [Reply]) {
        let requests = &self.target.requests[self.at..self.at + self.sample_items];
        (requests, &mut self.replies[..self.sample_items])
    }

    pub(crate) fn group(&self) -> u32 {
        (self.sample_items / self.items) as u32
    }

    /// Twice as many actions in a sample, if the pool holds them.
    pub(crate) fn double_group(&mut self) -> bool {
        let fits = self.sample_items * 2 <= self.target.requests.len();
        if fits {
            self.sample_items *= 2;
            self.at = 0;
            self.replies.resize_with(self.sample_items, Reply::default);
        }
        fits
    }

    /// Checks the replies of the sample just taken, and moves to the next window. Returns the wrong
    /// answers.
    pub(crate) fn check_and_go_on(&mut self) -> u64 {
        let wrong = self.target.wrong(self.at, &self.replies[..self.sample_items]);
        self.at += self.sample_items;
        if self.at + self.sample_items > self.target.requests.len() {
            self.at = 0;
        }
        wrong
    }
}
