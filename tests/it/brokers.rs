//! A queue over a real Redis server: what becomes of a call when caller, callee or server are
//! killed in the middle of it, and of a server that is the user's own. Skipped by name where Redis
//! is not installed.

use crate::support::{
    Served, code, folder, has, list, processes, record,
    redis::{Driver, Redis},
    run, says, schema_errors, skip, some, stderr, stdout, succeeds, those, tollgate, wait_for,
    words,
};
use serde_json::{Value, json};
use std::{
    path::Path,
    process::{Output, Stdio},
    thread,
    time::{Duration, Instant},
};

const LANE: &str = "queue-redis";

/// True where there is a Redis server to start; said aloud where there is none.
fn there_is_redis() -> bool {
    let there = has("redis-server");
    if !there {
        skip("install Redis: apt-get install redis-server");
    }
    there
}

fn ask() -> Value {
    let requests = [json!({"user_id": "user_1", "max_results": 2})];
    json!({"op": "ask", "id": 1, "mode": "chatty", "requests": requests})
}

/// The deadline of a call, which no outcome may exceed by more than a busy machine adds.
const DEADLINE: Duration = Duration::from_secs(5);
/// A callee that is in the middle of a call: it has taken it up, and works on it for longer than
/// this.
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
    assert_eq!(driver.open(folder.path(), LANE, &endpoint)["ok"], true);
    let answer = in_mid_call(&mut driver, || redis.kill());
    assert_eq!((&answer["ok"], &answer["kind"]), (&json!(false), &json!("gone")), "{answer}");
    let refused = driver.open(folder.path(), LANE, &endpoint);
    assert_eq!(refused["kind"], "gone", "nobody is there: {refused}");
    let redis = Redis::start(folder.path(), port, &[]);
    // The callee comes back by itself; no process of either side was started anew.
    wait_for("the callee", || {
        (driver.open(folder.path(), LANE, &endpoint)["ok"] == true).then_some(())
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
    assert_eq!(driver.open(folder.path(), LANE, &at)["ok"], true);
    let answer = in_mid_call(&mut driver, || slow.child.kill().expect("it runs"));
    assert_eq!(answer["kind"], "gone", "{answer}");
    let refused = driver.open(folder.path(), LANE, &at);
    assert_eq!(refused["kind"], "gone", "{refused}");
    says(&refused.to_string(), &["nobody reads the callee's queue"]);
    let _next = callee(folder.path(), &at, "");
    // What the dead one was asked is answered by the next, to nobody.
    assert_eq!(driver.open(folder.path(), LANE, &at)["ok"], true);
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
    assert_eq!(driver.open(folder.path(), LANE, &at)["ok"], true);
    driver.say(&ask());
    thread::sleep(TAKEN_UP);
    driver.child.kill().expect("it runs");
    driver.child.wait().expect("it ends");
    let mut next = Driver::start(folder.path());
    assert_eq!(next.open(folder.path(), LANE, &at)["ok"], true);
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

const PASSWORD: &str = "kept-between-us";
const VARIABLE: &str = "TOLLGATE_SERVER_REDIS_PASSWORD";

/// What a command does with the user's own server, and with this password in the environment.
fn with_own_server(folder: &Path, redis: &Redis, line: &str, password: Option<&str>) -> Output {
    let mut command = tollgate(folder);
    command.args(words(line)).args(["--server", &format!("redis={}", redis.url())]);
    password.map(|password| command.env(VARIABLE, password));
    command.output().expect("it starts")
}

#[test]
fn a_server_of_the_users_is_opened_by_the_environment_alone_and_stays() {
    if !there_is_redis() {
        return;
    }
    let (folder, elsewhere) = (folder(), folder());
    let redis = Redis::anywhere(elsewhere.path(), &["--requirepass", PASSWORD]);
    let with =
        |password| with_own_server(folder.path(), &redis, "call queue-redis --max 1", password);
    let called = with(Some(PASSWORD));
    assert_eq!(stdout(&called), "product_0\n", "{}", stderr(&called));
    for password in [None, Some("another-word")] {
        let refused = with(password);
        let said = stdout(&refused) + &stderr(&refused);
        assert_eq!(code(&refused), 1, "{said}");
        says(&said, &[VARIABLE]);
        assert!(!said.contains("another-word"), "{said}");
    }
    assert!(
        redis
            .says(&format!("AUTH {PASSWORD}"))
            .is_some_and(|said| said.starts_with("+OK"))
    );
    // One of ours asks for no password, and is told none.
    let mut own = tollgate(folder.path());
    let own = own.args(["call", LANE, "--max", "1"]).env(VARIABLE, PASSWORD).output();
    let own = own.expect("it starts");
    assert_eq!(stdout(&own), "product_0\n", "{}", stderr(&own));
}

#[test]
fn a_record_holds_neither_address_nor_password_of_a_server_of_the_users() {
    if !there_is_redis() {
        return;
    }
    let (folder, elsewhere) = (folder(), folder());
    let redis = Redis::anywhere(elsewhere.path(), &["--requirepass", PASSWORD]);
    let plan = "run --lanes queue-redis,null --starts 1 --budget 1s --batch 1";
    let measured = with_own_server(folder.path(), &redis, plan, Some(PASSWORD));
    assert_eq!(code(&measured), 0, "{}", stderr(&measured));
    let record = record(folder.path()).to_string();
    says(&record, &["the user's own", "its settings are not known here"]);
    for hidden in [PASSWORD, &format!(":{}/", redis.port), &redis.url()] {
        assert!(!record.contains(hidden), "{hidden} is in the record");
    }
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
