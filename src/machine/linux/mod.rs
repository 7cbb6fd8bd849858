//! What only Linux tells: CPU clocks of processes, private descriptors, options and byte counters
//! of sockets. Elsewhere each of these answers "not known", and the report says "not measured".

#[cfg(target_os = "linux")]
pub(crate) mod code_files;
#[cfg(target_os = "linux")]
pub(crate) mod cores;
#[cfg(target_os = "linux")]
pub(crate) mod cpu_clock;
pub(crate) mod ending_signal;
#[cfg(not(target_os = "linux"))]
pub(crate) mod not_linux;
#[cfg(target_os = "linux")]
pub(crate) mod processes;
#[cfg(target_os = "linux")]
pub(crate) mod sockets;
#[cfg(target_os = "linux")]
pub(crate) mod stdio;
#[cfg(target_os = "linux")]
pub(crate) mod usage;

#[cfg(not(target_os = "linux"))]
pub(crate) use crate::machine::linux::not_linux::*;
#[cfg(target_os = "linux")]
pub(crate) use crate::machine::linux::{
    code_files::{code_files, path_of_open_file, written_files},
    cores::{cores, cores_of, move_process, on_core},
    cpu_clock::{cpu_ns, own_cpu_ns},
    processes::{
        CpuOfAll, has_ended, involuntary_switches, kill_group, nice, signal, throttle_events,
    },
    sockets::{listens, socket_settings, tcp_bytes},
    stdio::{private_stdout, stdin_is_a_pipe, unbuffered_stdio},
    usage::{enter_kernel, futex_wait, futex_wake, most_memory, process_use},
};
