//! On which cores the two sides of a load run: a callee that was started here is put in its place,
//! one that the user started is not moved.

use crate::{
    machine::{
        linux,
        placement::{Placement, Seats, StartSeats},
        surroundings::{Surroundings, ThisMachine},
        topology::{Distance, Topology},
    },
    shell::failure::Failure,
};
use fixtures::generate::SplitMix64;

/// The seats of a callee that is started here and its driver.
pub(crate) fn of_both(placement: Placement, seed: u64) -> Result<Seats, Failure> {
    let drawn = StartSeats::draw(&[placement], ThisMachine.topology(), &mut SplitMix64(seed))?;
    Ok(drawn.of(placement))
}

/// The driver's seat beside a callee that runs already.
pub(crate) fn beside(placement: Placement, callee_pid: Option<u32>) -> Result<Seats, Failure> {
    let allowed = callee_pid.map(linux::cores_of).unwrap_or_default();
    let core = core_beside(placement, &allowed, ThisMachine.topology()).map_err(|cure| {
        Failure::usage(format!("--placement {} with --endpoint: {cure}", placement.name()))
    })?;
    Ok(Seats { driver: core, callee: None })
}

/// The driver's core, where the callee may run on these, and the driver on those of a machine.
fn core_beside(
    placement: Placement,
    callee: &[usize],
    driver: &Topology,
) -> Result<Option<usize>, &'static str> {
    let one = match callee {
        _ if placement == Placement::Free => return Ok(None),
        [one] => *one,
        [] => return Err("give --callee-pid, so that it is known on which core the callee is"),
        _ => {
            return Err(
                "the callee may run on several cores; start it on one, as with `taskset -c 1`",
            );
        }
    };
    let cores = driver.numbers().into_iter();
    let distance = |core: &usize| driver.between(*core, one);
    let far = |core: &usize| (distance(core) != Distance::Threads, distance(core));
    let core = match placement {
        Placement::One => driver.numbers().into_iter().find(|core| *core == one),
        Placement::Far => cores.filter(|core| *core != one).max_by_key(far),
        _ => cores.filter(|core| *core != one).min_by_key(distance),
    };
    core.map(Some)
        .ok_or("there is no such core for the driver; use --placement free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_is_seated_by_the_core_of_the_callee() {
        let at =
            |placement, callee: &[usize]| core_beside(placement, callee, &Topology::untold(0..2));
        assert_eq!(at(Placement::Free, &[0, 1]), Ok(None));
        assert_eq!(at(Placement::One, &[1]), Ok(Some(1)));
        assert_eq!(at(Placement::Two, &[1]), Ok(Some(0)));
        assert!(at(Placement::Two, &[]).is_err_and(|cure| cure.contains("--callee-pid")));
        assert!(at(Placement::Two, &[0, 1]).is_err_and(|cure| cure.contains("taskset")));
        assert!(
            core_beside(Placement::Two, &[0], &Topology::untold([0]))
                .is_err_and(|cure| cure.contains("free"))
        );
    }
}
