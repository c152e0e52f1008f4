//! Each update is handled once, however often and in whatever order it comes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bale::{App, Update};
use proptest::prelude::*;
use tokio::time::sleep;

use super::{bare, is_open, message, post};

/// One delivery: the update, how long after the one before, and after how long the server loses its patience.
type Try = (i64, u64, u64);

/// Brings updates as `tries` say, and then each again until it is taken, as a server does. Gives how often each was
/// handled.
async fn handled(tries: Vec<Try>, in_flight: usize) -> BTreeMap<i64, usize> {
    let seen = Arc::new(Mutex::new(BTreeMap::new()));
    let notes = Arc::clone(&seen);
    let app = App::new().in_flight(in_flight, 2).on_update(move |update: Update| {
        let notes = Arc::clone(&notes);
        async move {
            // Handlers end in another order than they begin.
            sleep(Duration::from_millis(update.update_id.unsigned_abs() * 37 % 50)).await;
            *notes.lock().unwrap().entry(update.update_id).or_insert(0) += 1;
        }
    });
    let (rig, router) = bare(app);
    is_open(&rig.emulator).await;
    let mut posts = Vec::new();
    for &(id, pause, patience) in &tries {
        sleep(Duration::from_millis(pause)).await;
        let router = router.clone();
        posts.push(tokio::spawn(async move {
            let post = post(&router, message(id, id % 3, "x"));
            // Whoever loses patience closes the connection.
            drop(tokio::time::timeout(Duration::from_millis(patience), post).await);
        }));
    }
    for task in posts {
        task.await.unwrap();
    }
    for &(id, ..) in &tries {
        while post(&router, message(id, id % 3, "x")).await != 200 {
            sleep(Duration::from_secs(1)).await;
        }
    }
    rig.stop().await.unwrap();
    let seen = seen.lock().unwrap();
    seen.clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_update_is_handled_once(
        tries in prop::collection::vec((1i64..12, 0u64..30, 1u64..120), 1..60),
        in_flight in 1usize..6,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let once: BTreeMap<i64, usize> = tries.iter().map(|(id, ..)| (*id, 1)).collect();
        let counts = runtime.block_on(handled(tries, in_flight));
        prop_assert_eq!(counts, once);
    }
}
