//! A Redis server of a test's own, and the Rust driver spoken to by hand.

use super::wait_for;
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tollgate");

/// A Redis server on a port that it keeps, killed with this value.
pub(crate) struct Redis {
    child: Child,
    pub(crate) port: u16,
}

impl Redis {
    pub(crate) fn start(folder: &Path, port: u16, more: &[&str]) -> Self {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
        command.arg("--dir").arg(folder).args(more).stdout(Stdio::null());
        let child = command.spawn().expect("it starts");
        let redis = Self { child, port };
        wait_for("Redis", || redis.says("PING").filter(|said| said.starts_with(['+', '-'])));
        redis
    }

    /// On a port that is free now.
    pub(crate) fn anywhere(folder: &Path, more: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let port = listener.local_addr().expect("bound").port();
        drop(listener);
        Self::start(folder, port, more)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What it says to this command, until it has said all or is silent.
    pub(crate) fn says(&self, line: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_millis(300))).expect("a time");
        stream.write_all(format!("{line}\r\nQUIT\r\n").as_bytes()).ok()?;
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        Some(String::from_utf8_lossy(&said).into_owned())
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have been killed by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Rust driver, spoken to as `peers/PROTOCOL.md` has it.
pub(crate) struct Driver {
    pub(crate) child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Driver {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = Command::new(PROGRAM);
        command
            .arg("drive")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let stdin = child.stdin.take().expect("piped");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut driver = Self { child, stdin, stdout };
        assert_eq!(driver.tell(&json!({"op": "hello", "protocol": 2}))["ok"], true);
        driver
    }

    pub(crate) fn say(&mut self, order: &Value) {
        writeln!(self.stdin, "{order}").expect("it listens");
    }

    pub(crate) fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
    }

    pub(crate) fn tell(&mut self, order: &Value) -> Value {
        self.say(order);
        self.hear()
    }

    /// Opens connection 1 to a callee of this transport.
    pub(crate) fn open(&mut self, folder: &Path, transport: &str, endpoint: &str) -> Value {
        let golden = folder.join("golden.jsonl");
        let line = "{\"user_id\":\"user_0\",\"max_results\":0,\"product_ids\":[]}\n";
        fs::write(&golden, line).expect("written");
        self.tell(&json!({
            "op": "open", "id": 1, "transport": transport, "endpoint": endpoint, "engine": "stub",
            "deadline_ms": 5_000, "golden": golden,
        }))
    }
}
