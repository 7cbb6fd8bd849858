//! The cores of one start, drawn once for all of its columns: what is moved between two columns has
//! the luck of one start in both.

use crate::{
    machine::{placement::Placement, topology::Topology},
    shell::failure::Failure,
};
use fixtures::generate::SplitMix64;

/// The cores on which the two sides of a lane run; none leaves it to the scheduler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seats {
    pub(crate) driver: Option<usize>,
    pub(crate) callee: Option<usize>,
}

impl Seats {
    fn on(driver: usize, callee: usize) -> Self {
        Self { driver: Some(driver), callee: Some(callee) }
    }
}

/// The seats of one start in each of its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StartSeats([Seats; Placement::ALL.len()]);

impl StartSeats {
    /// Those of a start in these columns: another core of the driver in each start, which it keeps
    /// in all of them.
    ///
    /// # Errors
    /// Usage: a column cannot be on this machine.
    pub(crate) fn draw(
        columns: &[Placement],
        topology: &Topology,
        random: &mut SplitMix64,
    ) -> Result<Self, Failure> {
        let mut seats = Self::default();
        for column in columns {
            column.check(topology)?;
        }
        let mut cores = topology.numbers();
        random.shuffle(&mut cores);
        let partner = |driver: usize, column: Placement| match column.distance(topology) {
            None => Some(driver),
            Some(distance) => cores
                .iter()
                .copied()
                .find(|other| *other != driver && topology.between(driver, *other) == distance),
        };
        let has_all = |driver: &&usize| columns.iter().all(|of| partner(**driver, *of).is_some());
        // What lies between cores is a hierarchy, so that a core with both exists; where a machine
        // tells otherwise, one column's partner is the nearest there is.
        let Some(&driver) = cores.iter().find(has_all).or(cores.first()) else {
            return Ok(seats);
        };
        for &column in columns.iter().filter(|column| **column != Placement::Free) {
            let callee = partner(driver, column)
                .or_else(|| cores.iter().copied().find(|other| *other != driver))
                .unwrap_or(driver);
            seats.0[column as usize] = Seats::on(driver, callee);
        }
        Ok(seats)
    }

    /// Those of this column; left to the scheduler where it was not drawn.
    pub(crate) fn of(&self, column: Placement) -> Seats {
        self.0[column as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::topology::{Distance, Told};

    const FAR: [Placement; 3] = [Placement::One, Placement::Two, Placement::Far];

    /// Two sockets of two caches each, over each of which two physical cores of two hardware
    /// threads lie: logical cores 0 to 7 are the first threads, 8 to 15 the second ones.
    fn two_sockets() -> Topology {
        Topology::of((0..16).map(|number| {
            let physical = number % 8;
            let cache = physical / 2 * 2;
            Told {
                number,
                threads: vec![physical, physical + 8],
                sharing_cache: vec![cache, cache + 1, cache + 8, cache + 9],
                socket: Some(if physical < 4 { "0" } else { "1" }.into()),
            }
        }))
    }

    fn drawn(topology: &Topology, columns: &[Placement]) -> Vec<StartSeats> {
        let draw = |seed| StartSeats::draw(columns, topology, &mut SplitMix64(seed));
        (0..40).map(|seed| draw(seed).expect("all can be")).collect()
    }

    fn cores(seats: StartSeats, column: Placement) -> (usize, usize) {
        let Seats { driver, callee } = seats.of(column);
        (driver.expect("it is seated"), callee.expect("it is seated"))
    }

    #[test]
    fn on_two_sockets_two_are_neighbours_under_a_cache_and_far_are_on_other_sockets() {
        let topology = two_sockets();
        let mut drivers = Vec::new();
        for seats in drawn(&topology, &FAR) {
            let (driver, callee) = cores(seats, Placement::One);
            assert_eq!(driver, callee);
            let (two, far) = (cores(seats, Placement::Two), cores(seats, Placement::Far));
            assert_eq!((two.0, far.0), (driver, driver), "the driver keeps its core");
            assert_eq!(topology.between(two.0, two.1), Distance::SameCache, "{two:?}");
            assert_eq!(topology.between(far.0, far.1), Distance::OtherSocket, "{far:?}");
            drivers.push(driver);
        }
        drivers.sort_unstable();
        drivers.dedup();
        assert!(drivers.len() > 8, "another core in each start: {drivers:?}");
        let said = Placement::distances(&FAR, &topology);
        assert_eq!(said.get("two").map(String::as_str), Some("same cache"));
        assert_eq!(said.get("far").map(String::as_str), Some("other socket"));
        assert!(!said.contains_key("one"));
    }

    #[test]
    fn of_usable_cores_on_two_sockets_the_driver_has_one_that_has_both_partners() {
        let told = two_sockets().only(&[0, 1, 4]);
        for seats in drawn(&told, &FAR) {
            assert!(cores(seats, Placement::Two) != cores(seats, Placement::Far));
            assert_eq!(cores(seats, Placement::Far).1, 4);
        }
    }

    #[test]
    fn two_threads_of_one_core_are_taken_only_where_there_is_nothing_else() {
        let two = [Placement::One, Placement::Two];
        let threads = two_sockets().only(&[3, 11]);
        for seats in drawn(&threads, &two) {
            let (driver, callee) = cores(seats, Placement::Two);
            assert!(driver != callee);
        }
        let said = Placement::distances(&two, &threads);
        assert_eq!(said.get("two").map(String::as_str), Some("threads"));
        let with_another = two_sockets().only(&[3, 11, 7]);
        for seats in drawn(&with_another, &two) {
            let (driver, callee) = cores(seats, Placement::Two);
            assert_eq!(with_another.between(driver, callee), Distance::OtherSocket);
        }
    }

    #[test]
    fn where_nothing_is_told_two_cores_are_any_two_and_the_distance_is_not_said() {
        let untold = Topology::untold(0..3);
        for seats in drawn(&untold, &[Placement::One, Placement::Two]) {
            let (driver, callee) = cores(seats, Placement::Two);
            assert!(driver != callee);
        }
        assert!(Placement::distances(&FAR, &untold).is_empty());
    }

    #[test]
    fn free_seats_nobody() {
        for seats in drawn(&two_sockets(), &[Placement::Free]) {
            assert_eq!(seats, StartSeats::default());
        }
    }
}
