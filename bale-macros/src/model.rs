//! What an annotated function means, once every rule holds.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Expr, ExprLit, FnArg, GenericArgument, GenericParam, Ident, Lit, LitStr, Meta, Pat,
    PatType, Path, PathArguments, ReturnType, Safety, Signature, Token, Type, Visibility,
    ext::IdentExt, parse::Parser, punctuated::Punctuated,
};

use crate::{
    options::Options,
    parse::{self, Function, Problems},
    pattern::{self, Capture, Form, Grammar},
    period,
    state::InState,
};

/// The attributes of handlers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Command,
    Message,
    EditedMessage,
    Callback,
    PreCheckout,
    Payment,
    MemberJoin,
    MemberLeave,
    ChannelPost,
    Fallback,
    Filter,
    Update,
    Start,
    Stop,
    Error,
    Every,
    Cron,
    Job,
    Middleware,
}

impl Kind {
    /// The attribute's name.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Message => "on_message",
            Self::EditedMessage => "on_edited_message",
            Self::Callback => "on_callback",
            Self::PreCheckout => "on_pre_checkout",
            Self::Payment => "on_payment",
            Self::MemberJoin => "on_member_join",
            Self::MemberLeave => "on_member_leave",
            Self::ChannelPost => "on_channel_post",
            Self::Fallback => "fallback",
            Self::Filter => "filter",
            Self::Update => "on_update",
            Self::Start => "on_start",
            Self::Stop => "on_stop",
            Self::Error => "on_error",
            Self::Every => "every",
            Self::Cron => "cron",
            Self::Job => "job",
            Self::Middleware => "middleware",
        }
    }

    /// Its name in `bale::event`.
    pub(crate) fn event(self) -> &'static str {
        match self {
            Self::Filter => "filter_",
            _ => self.attribute(),
        }
    }

    /// How its pattern is read, if it has one.
    fn grammar(self) -> Option<Grammar> {
        match self {
            Self::Command => Some(Grammar::Command),
            Self::Message => Some(Grammar::Text),
            Self::Callback => Some(Grammar::Callback),
            _ => None,
        }
    }

    /// Whether a returned text has someone to go to.
    fn answers(self) -> bool {
        !matches!(
            self,
            Self::PreCheckout
                | Self::Filter
                | Self::Update
                | Self::Start
                | Self::Stop
                | Self::Every
                | Self::Cron
                | Self::Job
        )
    }
}

/// A function under one of the attributes of handlers.
pub(crate) struct Handler {
    pub(crate) kind: Kind,
    pub(crate) options: Options,
    /// The pattern, expression or name; of a command or a job without one, the function's name.
    pub(crate) pattern: Option<LitStr>,
    /// Of `every`: the milliseconds between two runs.
    pub(crate) period: u64,
    /// Of `job`: the type inside its `Payload<..>`.
    pub(crate) payload: Option<TokenStream>,
    pub(crate) doc: String,
    /// The conditions that the function stands under.
    pub(crate) cfgs: Vec<TokenStream>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) is_async: bool,
    pub(crate) params: Vec<Param>,
    pub(crate) output: Output,
    /// Whether it is a filter made of others, and no function of parameters.
    pub(crate) composes: bool,
    /// What is written beside the function.
    pub(crate) companion: Companion,
    /// The item as the author wrote it.
    pub(crate) item: TokenStream,
}

/// What of the type with the function's name an attribute writes. Those of one function write it together:
/// whoever has no other below itself that does the same.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Companion {
    /// The type itself, and `button`.
    pub(crate) button: bool,
    /// `data`.
    pub(crate) data: bool,
}

/// A parameter of a handler.
pub(crate) struct Param {
    /// How reports call it.
    pub(crate) name: String,
    /// Its type, without the function's lifetimes.
    pub(crate) ty: TokenStream,
    pub(crate) source: Source,
}

/// Where a parameter comes from.
pub(crate) enum Source {
    Update,
    /// The capture at this index of the pattern, bound to the parameter of this name.
    Capture {
        index: usize,
        form: Form,
        ident: Ident,
    },
    /// A field of the state; `borrowed` if the parameter is a reference.
    Field {
        ident: Ident,
        borrowed: bool,
    },
}

/// What a function returns.
pub(crate) enum Output {
    /// A type that can be written down again, without the function's lifetimes.
    Named(TokenStream),
    /// A type with `impl Trait` in it.
    Opaque,
}

impl Handler {
    /// Checks the function `item` under `#[bale::<kind>(attr)]`.
    pub(crate) fn new(kind: Kind, attr: TokenStream, item: TokenStream) -> syn::Result<Self> {
        let attribute = kind.attribute();
        let mut problems = Problems::default();
        let args = parse::args(attr, &mut problems);
        let options = Options::read(attribute, args, &mut problems);
        let function = match Function::parse(attribute, item.clone()) {
            Ok(function) => function,
            Err(error) => return Err(problems.and(error)),
        };
        check_signature(kind, &function.sig, &mut problems);
        if kind == Kind::Middleware {
            check_middleware(&function.sig, &mut problems);
        }

        let captures = captures(kind, &options, &mut problems);
        let fields = options.state.as_ref().map_or(&[][..], InState::fields);
        let params = params(&function.sig, &captures, fields, &mut problems);
        if let Some(pattern) = &options.pattern {
            check_captures(pattern, &captures, &params, &function.sig, &mut problems);
        }
        check_fields(fields, &captures, &params, &function.sig, &mut problems);
        if options.state.is_none() {
            check_exit(&function.sig, &mut problems);
        }
        let mut pattern = options.pattern.clone();
        if kind == Kind::Command {
            let pattern = pattern.get_or_insert_with(|| own_name(&function.sig, &mut problems));
            let name = pattern.value().split_whitespace().next().unwrap_or_default().to_owned();
            options.check_aliases(&name, &mut problems);
        }
        let composes = kind == Kind::Filter && returns_filter(&function.sig);
        let companion = companion(kind, options.pattern.as_ref(), &function.attrs);
        let period =
            if kind == Kind::Every { period(&options, &function.sig, &mut problems) } else { 0 };
        if kind == Kind::Cron && pattern.is_none() {
            let message = "`#[bale::cron]` needs an expression: \
                           `#[bale::cron(\"0 9 * * *\", tz = \"Asia/Tehran\")]`";
            problems.at(&function.sig.ident, message);
        }
        if kind == Kind::Job {
            let name = pattern.get_or_insert_with(|| {
                let ident = &function.sig.ident;
                LitStr::new(&ident.unraw().to_string(), ident.span())
            });
            check_job_name(name, &mut problems);
        }
        problems.finish()?;
        Ok(Self {
            kind,
            composes,
            options,
            pattern,
            period,
            payload: payload(&function.sig),
            doc: doc(&function.attrs),
            cfgs: conditions(&function.attrs),
            is_async: function.sig.asyncness.is_some(),
            params,
            output: output(&function.sig),
            vis: function.vis,
            ident: function.sig.ident,
            companion,
            item,
        })
    }
}

/// The function under `#[bale::main]`.
pub(crate) struct Main {
    /// The path of `bale`, if the author gave one.
    pub(crate) krate: Option<Path>,
    /// Crates to link, though nothing else names them.
    pub(crate) links: Vec<Ident>,
    pub(crate) cfgs: Vec<TokenStream>,
    pub(crate) ident: Ident,
    pub(crate) output: Output,
    /// Whether the package has a library beside this program.
    pub(crate) lib_beside: bool,
    /// The item as the author wrote it.
    pub(crate) item: TokenStream,
}

impl Main {
    /// Checks the function `item` under `#[bale::main(attr)]`.
    pub(crate) fn new(attr: TokenStream, item: TokenStream, lib_beside: bool) -> syn::Result<Self> {
        let mut problems = Problems::default();
        let args = parse::args(attr, &mut problems);
        let options = Options::read("main", args, &mut problems);
        let function = match Function::parse("main", item.clone()) {
            Ok(function) => function,
            Err(error) => return Err(problems.and(error)),
        };
        let sig = &function.sig;
        check_qualifiers("`#[bale::main]`", sig, &mut problems);
        if sig.ident != "main" {
            let message =
                format!("`#[bale::main]` goes on `async fn main`, not on `{}`", sig.ident);
            problems.at(&sig.ident, message);
        } else if sig.asyncness.is_none() {
            problems
                .at(sig.fn_token, "`#[bale::main]` goes on an `async fn`: write `async fn main`");
        }
        if !sig.inputs.is_empty() {
            let message = "`main` takes no parameters: handlers and `on_start` do";
            problems.at(&sig.inputs, message);
        }
        if !sig.generics.params.is_empty() {
            problems.at(&sig.generics, "`main` cannot be generic");
        }
        problems.finish()?;
        Ok(Self {
            krate: options.krate,
            links: options.links,
            cfgs: conditions(&function.attrs),
            output: output(sig),
            ident: function.sig.ident,
            lib_beside,
            item,
        })
    }
}

/// The function under `#[bale::test]`.
pub(crate) struct Test {
    /// The path of `bale`, if the author gave one.
    pub(crate) krate: Option<Path>,
    /// What gives the bot, if it is not the program's own.
    pub(crate) app: Option<Path>,
    /// The function as the author wrote it.
    pub(crate) function: Function,
}

impl Test {
    /// Checks the function `item` under `#[bale::test(attr)]`.
    pub(crate) fn new(attr: TokenStream, item: TokenStream) -> syn::Result<Self> {
        let mut problems = Problems::default();
        let args = parse::args(attr, &mut problems);
        let options = Options::read("test", args, &mut problems);
        let function = match Function::parse("test", item) {
            Ok(function) => function,
            Err(error) => return Err(problems.and(error)),
        };
        let Function { attrs, sig, .. } = &function;
        check_qualifiers("a `#[bale::test]`", sig, &mut problems);
        if sig.asyncness.is_none() {
            let message =
                format!("a `#[bale::test]` is asynchronous: write `async fn {}`", sig.ident);
            problems.at(sig.fn_token, message);
        }
        if sig.inputs.len() != 1 || matches!(sig.inputs.first(), Some(FnArg::Receiver(_))) {
            let message = format!(
                "a `#[bale::test]` takes the bot and nothing else: write `async fn {}(bot: TestBot)`",
                sig.ident
            );
            if sig.inputs.is_empty() {
                problems.at(&sig.ident, message);
            } else {
                problems.at(&sig.inputs, message);
            }
        }
        if !sig.generics.params.is_empty() {
            problems.at(&sig.generics, "a `#[bale::test]` cannot be generic");
        }
        let is_test = |attr: &&Attribute| {
            attr.path().segments.last().is_some_and(|name| name.ident == "test")
        };
        if let Some(second) = attrs.iter().find(is_test) {
            problems.at(second, "`#[bale::test]` makes this a test already: remove this one");
        }
        problems.finish()?;
        Ok(Self { krate: options.krate, app: options.app, function })
    }
}

fn check_signature(kind: Kind, sig: &Signature, problems: &mut Problems) {
    let handler = format!("a `#[bale::{}]` handler", kind.attribute());
    check_qualifiers(&handler, sig, problems);
    if kind == Kind::Filter {
        if matches!(sig.output, ReturnType::Default) {
            let message = format!(
                "a filter says whether it lets an update through: write `fn {}(..) -> bool`",
                sig.ident
            );
            problems.at(sig.fn_token, message);
        }
    } else if sig.asyncness.is_none() && matches!(sig.output, ReturnType::Default) {
        let or = if kind.answers() { ", or return a text" } else { "" };
        let message = format!("{handler} is asynchronous: write `async fn {}`{or}", sig.ident);
        problems.at(sig.fn_token, message);
    }
    for param in &sig.generics.params {
        if !matches!(param, GenericParam::Lifetime(_)) {
            let message = format!(
                "{handler} cannot be generic: nothing says which types `{}` is called with",
                sig.ident
            );
            problems.at(param, message);
        }
    }
}

/// Whether it takes nothing, waits for nothing, and gives a `Filter`.
fn returns_filter(sig: &Signature) -> bool {
    let ReturnType::Type(_, ty) = &sig.output else { return false };
    let Type::Path(path) = &**ty else { return false };
    sig.asyncness.is_none()
        && sig.inputs.is_empty()
        && path.path.segments.last().is_some_and(|last| last.ident == "Filter")
}

/// Without these two a middleware would swallow updates unseen.
fn check_middleware(sig: &Signature, problems: &mut Problems) {
    let is_next = |arg: &FnArg| match arg {
        FnArg::Typed(PatType { ty, .. }) => match &**ty {
            Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Next"),
            _ => false,
        },
        FnArg::Receiver(_) => false,
    };
    if !sig.inputs.iter().any(is_next) {
        let message = format!(
            "a `#[bale::middleware]` function goes on by its `Next`: add `next: bale::Next<'_>` to `fn {}`",
            sig.ident
        );
        problems.at(&sig.ident, message);
    }
    if sig.asyncness.is_some() && matches!(sig.output, ReturnType::Default) {
        let message = format!(
            "a `#[bale::middleware]` function returns what `next.run().await` gives: write `async fn {}(..) \
             -> bale::Outcome`",
            sig.ident
        );
        problems.at(&sig.ident, message);
    }
}

fn check_qualifiers(what: &str, sig: &Signature, problems: &mut Problems) {
    if let Some(constness) = &sig.constness {
        problems.at(constness, format!("{what} cannot be `const`"));
    }
    if let Safety::Unsafe(safety) = &sig.safety {
        problems.at(safety, format!("{what} cannot be `unsafe`"));
    }
    if let Some(abi) = &sig.abi {
        problems.at(abi, format!("{what} cannot be `extern`"));
    }
    if let Some(variadic) = &sig.variadic {
        problems.at(variadic, format!("{what} cannot be variadic"));
    }
}

/// The longest name of a job, in bytes: it is part of each job's id.
const JOB_NAME_BYTES: usize = 64;

fn check_job_name(name: &LitStr, problems: &mut Problems) {
    let value = name.value();
    let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if value.is_empty() || value.len() > JOB_NAME_BYTES || !value.chars().all(is_letter) {
        let message = format!(
            "the name of a job has letters, digits, `-` and `_`, and at most {JOB_NAME_BYTES} bytes"
        );
        problems.at(name, message);
    }
}

/// The milliseconds of the period; what is wrong with it is reported.
fn period(options: &Options, sig: &Signature, problems: &mut Problems) -> u64 {
    let Some(period) = &options.pattern else {
        problems.at(&sig.ident, "`#[bale::every]` needs a period: `#[bale::every(\"1h\")]`");
        return 0;
    };
    period::millis(&period.value()).unwrap_or_else(|problem| {
        problems.at(period, problem);
        0
    })
}

/// `T` of the first parameter of the type `Payload<T>`, under any path.
fn payload(sig: &Signature) -> Option<TokenStream> {
    sig.inputs.iter().find_map(|arg| {
        let FnArg::Typed(PatType { ty, .. }) = arg else { return None };
        let Type::Path(path) = &**ty else { return None };
        let last = path.path.segments.last().filter(|last| last.ident == "Payload")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        match arguments.args.first()? {
            GenericArgument::Type(ty) => Some(without_lifetimes(ty, sig)),
            _ => None,
        }
    })
}

/// The captures of the pattern; none if it is broken, which is reported.
fn captures(kind: Kind, options: &Options, problems: &mut Problems) -> Vec<Capture> {
    let (Some(pattern), Some(grammar)) = (&options.pattern, kind.grammar()) else {
        return Vec::new();
    };
    pattern::captures(grammar, &pattern.value()).unwrap_or_else(|messages| {
        for message in messages {
            problems.at(pattern, message);
        }
        Vec::new()
    })
}

/// The pattern of a command that has none.
fn own_name(sig: &Signature, problems: &mut Problems) -> LitStr {
    let name = sig.ident.unraw().to_string();
    if let Err(problem) = pattern::check_command_name(&name) {
        problems.at(&sig.ident, problem);
    }
    LitStr::new(&name, sig.ident.span())
}

/// The parameters of `sig`, each with its source. What cannot be one is reported.
fn params(
    sig: &Signature,
    captures: &[Capture],
    fields: &[Ident],
    problems: &mut Problems,
) -> Vec<Param> {
    let mut params = Vec::new();
    for arg in &sig.inputs {
        match arg {
            FnArg::Receiver(receiver) => {
                let message = "a handler is a free function: it cannot take `self`";
                problems.at(receiver, message);
            }
            FnArg::Typed(arg) => {
                check_param(arg, problems);
                params.push(param(arg, sig, captures, fields));
            }
        }
    }
    params
}

fn check_param(arg: &PatType, problems: &mut Problems) {
    for attr in arg.attrs.iter().filter(|attr| is_condition(attr.path())) {
        let message = "a parameter of a handler cannot be conditional: put this on the function";
        problems.at(attr, message);
    }
    if has_impl(arg.ty.to_token_stream()) {
        problems.at(&arg.ty, "a parameter of a handler cannot be `impl Trait`: name its type");
    }
}

fn param(arg: &PatType, sig: &Signature, captures: &[Capture], fields: &[Ident]) -> Param {
    let plain = match &*arg.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
        _ => None,
    };
    let name = match plain {
        Some(ident) => ident.unraw().to_string(),
        None => arg.pat.to_token_stream().to_string().replace(' ', ""),
    };
    let source = plain.and_then(|ident| {
        if let Some(index) = captures.iter().position(|capture| capture.name == name) {
            let form = captures[index].form;
            return Some(Source::Capture { index, form, ident: ident.clone() });
        }
        let field = fields.iter().find(|field| field.unraw() == name.as_str())?;
        let borrowed = matches!(&*arg.ty, Type::Reference(_));
        Some(Source::Field { ident: field.clone(), borrowed })
    });
    let ty = without_lifetimes(&arg.ty, sig);
    Param { name, ty, source: source.unwrap_or(Source::Update) }
}

/// Reports the captures that go to no parameter.
fn check_captures(
    pattern: &LitStr,
    captures: &[Capture],
    params: &[Param],
    sig: &Signature,
    problems: &mut Problems,
) {
    for (at, capture) in captures.iter().enumerate() {
        let is_it =
            |param: &Param| matches!(param.source, Source::Capture { index, .. } if index == at);
        if params.iter().any(is_it) {
            continue;
        }
        let Capture { name, form } = capture;
        let types = match form {
            Form::Required => "String` (or another type that implements `FromStr`)",
            Form::Optional => "Option<String>` (or another `Option<T>` with `T: FromStr`)",
            Form::Rest => "String` (or an `Option<String>`, or a `Vec<T>` with `T: FromStr`)",
        };
        // `type: String` would be no Rust.
        let raw = if syn::parse_str::<Ident>(name).is_ok() { "" } else { "r#" };
        let message = format!(
            "capture `{}` has no parameter: add `{raw}{name}: {types} to `fn {}`",
            capture.written(),
            sig.ident
        );
        problems.at(pattern, message);
    }
}

/// Reports the fields of the state that go to no parameter, or are captures as well.
fn check_fields(
    fields: &[Ident],
    captures: &[Capture],
    params: &[Param],
    sig: &Signature,
    problems: &mut Problems,
) {
    for (at, field) in fields.iter().enumerate() {
        let name = field.unraw().to_string();
        let is_it =
            |param: &Param| matches!(&param.source, Source::Field { ident, .. } if ident == field);
        if fields[..at].contains(field) {
            problems.at(field, format!("`{name}` is given twice"));
        } else if captures.iter().any(|capture| capture.name == name) {
            let message = format!(
                "`{name}` is a capture of the pattern as well: take the field by another name, as in `{{ {name}: old_{name} }}`"
            );
            problems.at(field, message);
        } else if !params.iter().any(is_it) {
            let message = format!(
                "field `{name}` of the state has no parameter: add `{field}: ..` with its type to `fn {}`, or leave \
                 it out here",
                sig.ident
            );
            problems.at(field, message);
        }
    }
}

/// Without a state nothing says which conversation ends.
fn check_exit(sig: &Signature, problems: &mut Problems) {
    let ReturnType::Type(_, ty) = &sig.output else { return };
    if let Some(exit) = exit(ty) {
        let message = "which conversation ends? Add `state = ..` to the attribute, or return \
                       `bale::dialogue::Step` with `Exit::of::<..>()`";
        problems.at(exit, message);
    }
}

/// `Exit`, alone or inside `Result<..>` and `Option<..>`, under any path.
fn exit(ty: &Type) -> Option<&Path> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident == "Exit" && last.arguments.is_none() {
        return Some(&path.path);
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => exit(ty),
        _ => None,
    }
}

fn output(sig: &Signature) -> Output {
    match &sig.output {
        ReturnType::Default => {
            let span = sig.ident.span().resolved_at(Span::mixed_site());
            Output::Named(quote_spanned!(span=> ()))
        }
        ReturnType::Type(_, ty) if has_impl(ty.to_token_stream()) => Output::Opaque,
        ReturnType::Type(_, ty) => Output::Named(without_lifetimes(ty, sig)),
    }
}

/// The type with `'_` for the lifetimes that `sig` declares, which nothing declares in a wrapper.
fn without_lifetimes(ty: &Type, sig: &Signature) -> TokenStream {
    let declared: Vec<_> = sig.generics.lifetimes().map(|param| &param.lifetime.ident).collect();
    if declared.is_empty() { ty.to_token_stream() } else { erase(ty.to_token_stream(), &declared) }
}

fn erase(tokens: TokenStream, lifetimes: &[&Ident]) -> TokenStream {
    let mut after_quote = false;
    tokens
        .into_iter()
        .map(|token| {
            let is_name = std::mem::replace(
                &mut after_quote,
                matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\''),
            );
            match token {
                TokenTree::Ident(name) if is_name && lifetimes.contains(&&name) => {
                    TokenTree::Ident(Ident::new("_", name.span()))
                }
                TokenTree::Group(group) => {
                    let mut erased =
                        Group::new(group.delimiter(), erase(group.stream(), lifetimes));
                    erased.set_span(group.span());
                    TokenTree::Group(erased)
                }
                token => token,
            }
        })
        .collect()
}

fn has_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "impl",
        TokenTree::Group(group) => has_impl(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The doc comment, line by line, without the space that each line starts with.
fn doc(attrs: &[Attribute]) -> String {
    let texts = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<_> = texts
        .flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>())
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// Whether an attribute can take its item away.
fn is_condition(path: &Path) -> bool {
    path.is_ident("cfg") || path.is_ident("cfg_attr")
}

/// What of an attribute decides whether its item is there: a `cfg`, or those inside a `cfg_attr`.
fn condition(meta: &Meta) -> Option<TokenStream> {
    let Meta::List(list) = meta else { return None };
    if list.path.is_ident("cfg") {
        return Some(meta.to_token_stream());
    }
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
    let mut tokens = list.tokens.clone().into_iter();
    let predicate: TokenStream = tokens.by_ref().take_while(|token| !is_comma(token)).collect();
    let metas = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens.collect()).ok()?;
    let kept: Vec<_> = metas.iter().filter_map(condition).collect();
    (!kept.is_empty()).then(|| quote!(cfg_attr(#predicate, #(#kept),*)))
}

fn conditions(attrs: &[Attribute]) -> Vec<TokenStream> {
    attrs.iter().filter_map(|attr| condition(&attr.meta)).collect()
}

fn companion(kind: Kind, pattern: Option<&LitStr>, attrs: &[Attribute]) -> Companion {
    if !pattern.is_some_and(|pattern| has_button(kind, pattern)) {
        return Companion::default();
    }
    let below: Vec<Kind> = attrs.iter().filter_map(kind_with_button).collect();
    Companion {
        button: below.is_empty(),
        data: kind == Kind::Callback && !below.contains(&Kind::Callback),
    }
}

/// Whether a button can do what the pattern waits for: one that is pressed sends data, one of a reply
/// keyboard the same text every time.
fn has_button(kind: Kind, pattern: &LitStr) -> bool {
    match kind {
        Kind::Callback => true,
        Kind::Message => {
            pattern::captures(Grammar::Text, &pattern.value()).is_ok_and(|it| it.is_empty())
        }
        _ => false,
    }
}

/// The kind of `attr`, if it is one more attribute below this one whose handler has a button.
fn kind_with_button(attr: &Attribute) -> Option<Kind> {
    let Meta::List(list) = &attr.meta else { return None };
    let name = &list.path.segments.last()?.ident;
    let kind = [Kind::Callback, Kind::Message].into_iter().find(|kind| name == kind.attribute())?;
    let pattern = list.tokens.clone().into_iter().next()?;
    let pattern = syn::parse2(pattern.into()).ok()?;
    has_button(kind, &pattern).then_some(kind)
}
