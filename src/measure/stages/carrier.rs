//! Bare carriers: the lane whose echo is the carrier of another one, and a connection to it.

use crate::{
    fleet::{
        callee::Behaviour,
        side::{self, Answering, SideSpec},
    },
    lanes::roster::{Known, Roster},
    machine::placement::Seats,
    measure::{running_lane::RunningLane, session::Session, visit::patience},
};
use reports::record::Lane;

/// The number of the connection to the bare carrier: no engine has it.
pub(crate) const CARRIER: u32 = 1_000;

/// What answers on bare carriers, by the lane's name, for the start that is under way.
#[derive(Default)]
pub(crate) struct Carriers {
    answering: Vec<(String, Answering)>,
}

/// The lane whose echo is the bare carrier of this one: of the same two languages.
pub(crate) fn carrier_of<'r>(about: &Lane, roster: &'r Roster) -> Option<&'r Known> {
    let transport = about.carrier.as_ref()?;
    roster.known.iter().find(|other| {
        let other = &other.about;
        other.transport == *transport
            && other.caller == about.caller
            && other.callee == about.callee
    })
}

impl Carriers {
    /// Opens the lane's driver a connection to its bare carrier, whose callee is started if none is
    /// up.
    pub(crate) fn connect(
        &mut self,
        session: &Session<'_>,
        bare: &Known,
        up: &mut RunningLane,
        seats: Seats,
    ) -> Result<(), String> {
        let plan = session.plan;
        let spec = SideSpec {
            known: bare,
            behaviour: Behaviour::plain(session.main_engine()),
            seats,
            given: None,
            deadline: plan.deadline,
            patience: patience(plan.deadline),
            golden: session.main_golden(),
            first: Some(plan.main_question()),
            callee_cpu: true,
        };
        let name = &bare.about.name;
        let at = match self.answering.iter().position(|(other, _)| other == name) {
            Some(at) => at,
            None => {
                let answering = Answering::start(&session.fleet, &spec)
                    .map_err(|failure| failure.to_string())?;
                self.answering.push((name.clone(), answering));
                self.answering.len() - 1
            }
        };
        let answering = &self.answering[at].1;
        let connection = side::connect(&session.fleet, &mut up.driver, CARRIER, answering, &spec)
            .map_err(|error| error.to_string())?;
        up.carrier = Some(connection.order);
        Ok(())
    }

    /// The start is over: they go.
    pub(crate) fn stop(&mut self) {
        self.answering.clear();
    }
}
