//! Whether the machine saves power: clock rates then follow the load, and short calls are slow.

use std::{fs, path::Path};

/// What is known of it; what is not is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Power {
    /// CPU frequency governor of the first core.
    pub(crate) governor: Option<String>,
    /// What the processor is told to prefer (`energy_performance_preference`).
    pub(crate) preference: Option<String>,
    /// True where a battery is being emptied.
    pub(crate) on_battery: Option<bool>,
}

impl Power {
    /// As /sys tells.
    pub(crate) fn now() -> Self {
        Self::below(Path::new("/sys"))
    }

    fn below(sys: &Path) -> Self {
        let frequency = sys.join("devices/system/cpu/cpu0/cpufreq");
        Self {
            governor: line(&frequency.join("scaling_governor")),
            preference: line(&frequency.join("energy_performance_preference")),
            on_battery: on_battery(&sys.join("class/power_supply")),
        }
    }
}

/// Absent where there is no battery.
fn on_battery(supplies: &Path) -> Option<bool> {
    let mut discharging = None;
    for supply in fs::read_dir(supplies).ok()?.flatten() {
        let of = |file: &str| line(&supply.path().join(file));
        // A mouse has a battery too.
        let of_machine = of("scope").is_none_or(|scope| scope != "Device");
        if of_machine && of("type").is_some_and(|kind| kind == "Battery") {
            let empties = of("status").is_some_and(|status| status == "Discharging");
            discharging = Some(discharging.unwrap_or(false) || empties);
        }
    }
    discharging
}

fn line(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.lines().next()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_laptop_on_its_battery_is_seen_and_a_mouse_is_none() {
        let sys = tempfile::tempdir().expect("a folder");
        assert_eq!(Power::below(sys.path()), Power::default(), "nothing is told");
        let write = |path: &str, text: &str| {
            let path = sys.path().join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, format!("{text}\n")).expect("a file");
        };
        write("class/power_supply/mouse/type", "Battery");
        write("class/power_supply/mouse/scope", "Device");
        write("class/power_supply/mouse/status", "Discharging");
        assert_eq!(Power::below(sys.path()).on_battery, None);
        write("class/power_supply/BAT0/type", "Battery");
        write("class/power_supply/BAT0/status", "Charging");
        assert_eq!(Power::below(sys.path()).on_battery, Some(false));
        write("class/power_supply/BAT0/status", "Discharging");
        write("devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave");
        let power = Power::below(sys.path());
        assert_eq!((power.on_battery, power.governor.as_deref()), (Some(true), Some("powersave")));
    }
}
