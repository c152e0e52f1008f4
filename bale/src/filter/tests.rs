//! The law of filters: they compose like the truth of their parts, whatever waits.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{bound::Update, client::script::Script, types};

/// A filter and whether it lets the update below through.
fn tree() -> impl Strategy<Value = (Filter, bool)> {
    let leaf = prop_oneof![
        Just((text(), true)),
        Just((reply(), false)),
        Just((regex("^h"), true)),
        Just((regex("^e"), false)),
        Just((chat(ChatKind::Group), false)),
        any::<bool>().prop_map(|answer| (of(move || async move { answer }), answer)),
    ];
    leaf.prop_recursive(4, 16, 2, |part| {
        prop_oneof![
            (part.clone(), part.clone()).prop_map(|(a, b)| (a.0.and(b.0), a.1 && b.1)),
            (part.clone(), part.clone()).prop_map(|(a, b)| (a.0.or(b.0), a.1 || b.1)),
            part.prop_map(|(filter, passes)| (filter.not(), !passes)),
        ]
    })
}

fn context() -> Context {
    let (bot, _script) = Script::bot(&[]);
    let message = types::Message { text: Some("hello".to_owned()), ..Default::default() };
    let kind = types::UpdateKind::Message(Arc::new(message));
    let update = Update::new(types::Update { update_id: 1, kind }, bot.clone());
    Context::new(bot, update, Arc::default())
}

fn regexes(filter: &Filter) -> Regexes {
    Regexes::new(filter.regexes().into_iter().cloned().collect()).expect("they are well-formed")
}

proptest! {
    #[test]
    fn filters_compose_like_truth((filter, expected) in tree()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (cx, regexes) = (context(), regexes(&filter));
        let before = filter.now(&cx, &regexes);
        prop_assert!(before.is_none_or(|passes| passes == expected), "{filter}");
        let outcome = runtime.block_on(filter.check(&cx, &regexes));
        prop_assert_eq!(matches!(outcome, Outcome::Done), expected, "{}: {:?}", filter, outcome);
        prop_assert!(expected || matches!(outcome, Outcome::Pass(Why::Filter(_))), "{outcome:?}");
        let again = runtime.block_on(filter.check(&cx, &regexes));
        prop_assert_eq!(matches!(again, Outcome::Done), expected, "{}", filter);
    }
}
