//! A queue over a real Redis server: what becomes of a call when caller, callee or server are
//! killed in the middle of it, and of a server that is the user's own. Skipped by name where Redis
//! is not installed.

use crate::support::{
    Served, code, folder, has, list, processes, record, run, says, schema_errors, skip, some,
    stderr, stdout, succeeds, those, tollgate, wait_for, words,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tollgate");
const LANE: &str = "queue-redis";

/// True where there is a Redis server to start; said aloud where there is none.
fn there_is_redis() -> bool {
    let there = has("redis-server");
    if !there {
        skip("install Redis: apt-get install redis-server");
    }
    there
}

/// A Redis server on a port that it keeps, killed with this value.
struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    fn start(folder: &Path, port: u16, more: &[&str]) -> Self {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
        command.arg("--dir").arg(folder).args(more).stdout(Stdio::null());
        let child = command.spawn().expect("it starts");
        let redis = Self { child, port };
        wait_for("Redis", || redis.says("PING").filter(|said| said.starts_with(['+', '-'])));
        redis
    }

    /// On a port that is free now.
    fn anywhere(folder: &Path, more: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let port = listener.local_addr().expect("bound").port();
        drop(listener);
        Self::start(folder, port, more)
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What it says to this command, until it has said all or is silent.
    fn says(&self, line: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_millis(300))).expect("a time");
        stream.write_all(format!("{line}\r\nQUIT\r\n").as_bytes()).ok()?;
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        Some(String::from_utf8_lossy(&said).into_owned())
    }

    fn kill(&mut self) {
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
struct Driver {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Driver {
    fn start(folder: &Path) -> Self {
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

    fn say(&mut self, order: &Value) {
        writeln!(self.stdin, "{order}").expect("it listens");
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
    }

    fn tell(&mut self, order: &Value) -> Value {
        self.say(order);
        self.hear()
    }

    fn open(&mut self, folder: &Path, endpoint: &str) -> Value {
        let golden = folder.join("golden.jsonl");
        let line = "{\"user_id\":\"user_0\",\"max_results\":0,\"product_ids\":[]}\n";
        fs::write(&golden, line).expect("written");
        self.tell(&json!({
            "op": "open", "id": 1, "transport": LANE, "endpoint": endpoint, "engine": "stub",
            "deadline_ms": 5_000, "golden": golden,
        }))
    }
}

fn ask() -> Value {
    let requests = [json!({"user_id": "user_1", "max_results": 2})];
    json!({"op": "ask", "id": 1, "mode": "chatty", "requests": requests})
}

/// The deadline of a call, which no outcome may exceed by more than a busy machine adds.
const DEADLINE: Duration = Duration::from_secs(5);
/// A callee that is in the middle of a call: it has taken it up, and works on it for longer than the
/// test takes.
const TAKEN_UP: Duration = Duration::from_millis(300);

fn callee(folder: &Path, url: &str, more: &str) -> Served {
    let arguments = [&[LANE, "--listen", url][..], &words(more)].concat();
    Served::start(folder, &arguments, Stdio::piped())
}

/// What is answered to a call in whose middle this is done, within its deadline.
fn in_mid_call(driver: &mut Driver, what: impl FnOnce()) -> Value {
    let began = Instant::now();
    driver.say(&ask());
    thread::sleep(TAKEN_UP);
    what();
    let answer = driver.hear();
    assert!(began.elapsed() < DEADLINE + Duration::from_secs(2), "{:?}", began.elapsed());
    answer
}

#[test]
fn a_server_killed_in_mid_call_is_an_error_and_back_again_serves_the_same_driver_and_callee() {
    if !there_is_redis() {
        return;
    }
    let folder = folder();
    let mut redis = Redis::anywhere(folder.path(), &[]);
    let (url, port) = (redis.url(), redis.port);
    let slow = callee(folder.path(), &format!("{url}/slow"), "--service-time-us 2000000");
    let mut driver = Driver::start(folder.path());
    let endpoint = slow.endpoint.clone();
    assert_eq!(driver.open(folder.path(), &endpoint)["ok"], true);
    let answer = in_mid_call(&mut driver, || redis.kill());
    assert_eq!((&answer["ok"], &answer["kind"]), (&json!(false), &json!("gone")), "{answer}");
    let refused = driver.open(folder.path(), &endpoint);
    assert_eq!(refused["kind"], "gone", "nobody is there: {refused}");
    let redis = Redis::start(folder.path(), port, &[]);
    // The callee comes back by itself; no process of either side was started anew.
    wait_for("the callee", || {
        (driver.open(folder.path(), &endpoint)["ok"] == true).then_some(())
    });
    assert_eq!(driver.tell(&ask())["replies"], json!([["product_0", "product_1"]]));
    drop(redis);
}

#[test]
fn a_callee_killed_in_mid_call_is_an_error_and_the_next_one_answers() {
    if !there_is_redis() {
        return;
    }
    let folder = folder();
    let redis = Redis::anywhere(folder.path(), &[]);
    let at = format!("{}/mine", redis.url());
    let mut slow = callee(folder.path(), &at, "--service-time-us 3000000");
    let mut driver = Driver::start(folder.path());
    assert_eq!(driver.open(folder.path(), &at)["ok"], true);
    let answer = in_mid_call(&mut driver, || slow.child.kill().expect("it runs"));
    assert_eq!(answer["kind"], "gone", "{answer}");
    let refused = driver.open(folder.path(), &at);
    assert_eq!(refused["kind"], "gone", "{refused}");
    says(&refused.to_string(), &["nobody reads the callee's queue"]);
    let _next = callee(folder.path(), &at, "");
    // What the dead one was asked is answered by the next, to nobody.
    assert_eq!(driver.open(folder.path(), &at)["ok"], true);
    assert_eq!(driver.tell(&ask())["replies"], json!([["product_0", "product_1"]]));
}

#[test]
fn a_caller_killed_in_mid_call_costs_the_next_one_nothing_and_leaves_nothing_for_good() {
    if !there_is_redis() {
        return;
    }
    let folder = folder();
    let redis = Redis::anywhere(folder.path(), &[]);
    let at = format!("{}/mine", redis.url());
    let _callee = callee(folder.path(), &at, "--service-time-us 500000");
    let mut driver = Driver::start(folder.path());
    assert_eq!(driver.open(folder.path(), &at)["ok"], true);
    driver.say(&ask());
    thread::sleep(TAKEN_UP);
    driver.child.kill().expect("it runs");
    driver.child.wait().expect("it ends");
    let mut next = Driver::start(folder.path());
    assert_eq!(next.open(folder.path(), &at)["ok"], true);
    assert_eq!(next.tell(&ask())["replies"], json!([["product_0", "product_1"]]));
    // The answer that nobody took is there, and has its end.
    let keys = redis.says("KEYS *").expect("it answers");
    let keys: Vec<&str> = keys.lines().filter(|line| line.starts_with("tollgate.")).collect();
    for key in some(keys, "the answer to a caller that was killed") {
        let left = redis.says(&format!("PTTL {key}")).expect("it answers");
        let left: i64 = left.lines().next().and_then(|line| line[1..].parse().ok()).expect(&left);
        assert!((1..=600_000).contains(&left), "{key}: {left}");
    }
}

#[test]
fn a_run_over_a_broker_tells_its_part_its_bytes_once_and_its_card() {
    if !there_is_redis() {
        return;
    }
    let folder = folder();
    let plan = "run --lanes queue-redis,null --starts 2 --budget 2s --batch 1,4 --engine stub";
    succeeds(folder.path(), &words(plan));
    let record = record(folder.path());
    assert_eq!(schema_errors(&record), Vec::<String>::new());
    for cell in those(&record["cells"], "lane", "rust/queue-redis/rust") {
        assert_eq!(cell["status"], "measured", "{cell}");
        for start in list(&cell["starts"]) {
            let of = |part: &str| those(&start["parts"], "part", part)[0].clone();
            let bytes = |part: &str, way: &str| of(part)[way].as_u64().expect("counted") as f64;
            // What the caller sends, the callee receives; each of the two has a head of its own.
            let (sent, received) = (bytes("caller", "bytes_out"), bytes("callee", "bytes_back"));
            assert!(received < sent && sent < 8.0 * received, "{sent} {received}");
            assert!(
                of("server")["cpu_ns"].as_u64() > Some(0) && of("server")["bytes_out"].is_null()
            );
        }
    }
    let lane = those(&record["lanes"], "name", "rust/queue-redis/rust")[0].to_string();
    says(&lane, &["redis 7.", "persistence", "off: no snapshots"]);
    let nodelay = |side: &str| {
        let lane = those(&record["lanes"], "name", "rust/queue-redis/rust")[0];
        let of_side = those(&lane["fairness"], "side", side);
        of_side
            .iter()
            .any(|line| line["what"] == "TCP_NODELAY" && line["value"] == "on")
    };
    assert!(["caller", "callee", "server"].into_iter().all(nodelay), "{lane}");
}

#[test]
fn a_server_of_the_users_is_opened_by_the_environment_alone_and_stays() {
    if !there_is_redis() {
        return;
    }
    const PASSWORD: &str = "kept-between-us";
    let (folder, elsewhere) = (folder(), folder());
    let redis = Redis::anywhere(elsewhere.path(), &["--requirepass", PASSWORD]);
    let server = format!("redis={}", redis.url());
    let with = |line: &str, password: Option<&str>| {
        let mut command = tollgate(folder.path());
        command.args(words(line)).args(["--server", &server]);
        password.map(|password| command.env("TOLLGATE_SERVER_REDIS_PASSWORD", password));
        command.output().expect("it starts")
    };
    let called = with("call queue-redis --max 1", Some(PASSWORD));
    assert_eq!(stdout(&called), "product_0\n", "{}", stderr(&called));
    for password in [None, Some("another-word")] {
        let refused = with("call queue-redis --max 1", password);
        let said = stdout(&refused) + &stderr(&refused);
        assert_eq!(code(&refused), 1, "{said}");
        says(&said, &["TOLLGATE_SERVER_REDIS_PASSWORD"]);
        assert!(!said.contains("another-word"), "{said}");
    }
    let measured =
        with("run --lanes queue-redis,null --starts 1 --budget 1s --batch 1", Some(PASSWORD));
    assert_eq!(code(&measured), 0, "{}", stderr(&measured));
    let record = record(folder.path());
    says(&record.to_string(), &["the user's own", "its settings are not known here"]);
    for hidden in [PASSWORD, &redis.port.to_string()] {
        assert!(!record.to_string().contains(hidden), "{hidden} is in the record");
    }
    assert!(
        redis
            .says(&format!("AUTH {PASSWORD}"))
            .is_some_and(|said| said.starts_with("+OK"))
    );
    // One of ours asks for no password, and is told none.
    let own = tollgate(folder.path())
        .args(["call", LANE, "--max", "1"])
        .env("TOLLGATE_SERVER_REDIS_PASSWORD", PASSWORD)
        .output()
        .expect("it starts");
    assert_eq!(stdout(&own), "product_0\n", "{}", stderr(&own));
}

#[test]
fn a_callee_by_itself_wants_a_server_and_says_how_one_is_started() {
    let folder = folder();
    let output = run(folder.path(), &["serve", LANE]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    says(&stderr(&output), &["tollgate servers start redis", "--listen"]);
    let nobody = run(folder.path(), &["serve", LANE, "--listen", "redis://127.0.0.1:1"]);
    assert_eq!(code(&nobody), 1, "{}", stderr(&nobody));
    says(&stderr(&nobody), &["no Redis server at 127.0.0.1:1"]);
}

#[test]
fn nothing_is_left_of_a_server_when_its_run_is_killed() {
    if !there_is_redis() {
        return;
    }
    let (folder, temporary) = (folder(), folder());
    let mut command = tollgate(folder.path());
    command.args(words("load queue-redis --rate 100 --duration 60s"));
    command
        .env("TMPDIR", temporary.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let started = wait_for("all processes", || {
        let found = processes::descendants(child.id());
        (found.len() >= 4).then_some(found)
    });
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    wait_for("the end of all processes", || {
        (!started.iter().any(|pid| processes::runs(*pid))).then_some(())
    });
}
