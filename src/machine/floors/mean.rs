//! The mean time of an act that is done again and again.

use std::{
    io,
    time::{Duration, Instant},
};

/// Mean time of an act, ns, a tenth of the time being spent on warming up.
pub(crate) fn mean_ns(time: Duration, mut act: impl FnMut() -> io::Result<()>) -> io::Result<f64> {
    repeat_for(time / 10, &mut act)?;
    repeat_for(time, &mut act)
}

fn repeat_for(time: Duration, act: &mut impl FnMut() -> io::Result<()>) -> io::Result<f64> {
    const BURST: u32 = 16;
    let (begin, mut acts) = (Instant::now(), 0_u64);
    loop {
        for _ in 0..BURST {
            act()?;
        }
        acts += u64::from(BURST);
        let spent = begin.elapsed();
        if spent >= time {
            return Ok(spent.as_nanos() as f64 / acts as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_that_fails_gives_no_mean() {
        let failed = mean_ns(Duration::from_millis(1), || Err(io::Error::other("no")));
        assert_eq!(failed.expect_err("it failed").to_string(), "no");
    }
}
