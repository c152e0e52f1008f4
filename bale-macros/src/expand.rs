//! Writes the code that an attribute adds. Nothing here can fail: the model is checked.

use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Ident, LitStr, Path, ext::IdentExt, spanned::Spanned};

use crate::{
    model::{Handler, Kind, Main, Output, Param, Source, Test},
    options::{Filter, Sender},
    parse::Function,
    pattern::Form,
    state::InState,
};

/// The place of `span` with the names of this crate: errors are shown there, lints are not, and local
/// names cannot meet the author's.
pub(crate) fn ours(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

/// Like `quote!`, shown at the attribute.
macro_rules! emit {
    ($($tokens:tt)*) => { ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*) };
}

pub(crate) use emit;

/// The path of `bale`, as the author gave it or from the root.
pub(crate) fn bale(krate: Option<&Path>) -> TokenStream {
    krate.map_or_else(|| emit!(::bale), ToTokens::to_token_stream)
}

fn text(value: &str) -> LitStr {
    LitStr::new(value, Span::mixed_site())
}

impl Handler {
    /// The function as it was written, and its record.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { cfgs, item, .. } = self;
        let bale = bale(self.options.krate.as_ref());
        let kind = Ident::new(self.kind.event(), Span::mixed_site());
        let event = emit!(#bale::event::#kind);
        let allow = self.is_async.then(|| emit!(#[allow(clippy::unused_async)]));
        let call = self.call(&bale, &event);
        if self.kind == Kind::Filter {
            let filter = self.filter(&bale, &event, &call);
            return emit! {
                #allow
                #item

                #filter
            };
        }
        let record = self.record(&bale, &event);
        let companion = self.companion(&bale);
        let puts_off = self.puts_off(&bale);
        let cron_check = self.cron_check(&bale);
        emit! {
            #allow
            #item

            #(#[#cfgs])*
            #[allow(deprecated)]
            const _: () = {
                #cron_check
                #call
                #record
            };

            #companion
            #puts_off
        }
    }

    /// `__call`: takes the parameters out of the update, calls the function, reads what it returned.
    fn call(&self, bale: &TokenStream, event: &TokenStream) -> TokenStream {
        let Self { ident, params, .. } = self;
        let span = ours(ident.span());
        let names: Vec<_> =
            (0..params.len()).map(|index| format_ident!("__p{index}", span = span)).collect();
        let bindings = params.iter().zip(&names).map(|(param, name)| {
            if let Source::Field { ident, borrowed } = &param.source {
                let (ty, span) = (&param.ty, ours(param.ty.span()));
                let (sign, field) =
                    (borrowed.then(|| quote_spanned!(span=> &)), InState::local(ident, span));
                return quote_spanned!(span=> let #name: #ty = #sign #field;);
            }
            let value = param.value(bale, event);
            let called = text(&param.name);
            quote_spanned! {ours(param.ty.span())=>
                let #name = match #value {
                    ::core::result::Result::Ok(__value) => __value,
                    ::core::result::Result::Err(__reject) => {
                        return #bale::__private::rejected(#called, __reject);
                    }
                };
            }
        });
        let taken_apart = self.options.state.as_ref().and_then(|state| state.bindings(bale));
        let wait = self.is_async.then(|| quote_spanned!(span=> .await));
        let called = quote_spanned!(span=> #ident(#(#names),*) #wait);
        let outcome = match &self.output {
            Output::Named(ty) => quote_spanned! {ours(ty.span())=>
                let __out: #ty = #called;
                <#ty as #bale::__private::IntoOutcome<#event>>::into_outcome(__out)
            },
            Output::Opaque => {
                quote_spanned!(span=> #bale::__private::into_outcome::<#event, _>(#called))
            }
        };
        // Filters are asked all the same: what they say is what is explained.
        let dry_run = (self.kind != Kind::Filter).then(|| {
            quote_spanned! {span=>
                if __cx.is_dry_run() {
                    return #bale::__private::Outcome::Done;
                }
            }
        });
        quote_spanned! {span=>
            fn __call<'c>(
                __cx: &'c #bale::__private::Context,
            ) -> #bale::__private::BoxFuture<'c, #bale::__private::Outcome> {
                ::std::boxed::Box::pin(async move {
                    #taken_apart
                    #(#bindings)*
                    #dry_run
                    #outcome
                })
            }
        }
    }

    /// The registration.
    fn record(&self, bale: &TokenStream, event: &TokenStream) -> TokenStream {
        let name = text(&self.ident.unraw().to_string());
        let doc = text(&self.doc);
        let trigger = self.trigger(bale);
        let options = self.options(bale);
        let parameters: Vec<_> = self
            .params
            .iter()
            .filter(|param| matches!(param.source, Source::Update))
            .map(|param| param.as_parameter(bale, event))
            .collect();
        let total = match &self.output {
            Output::Named(ty) if !self.params.iter().any(Param::is_capture) => {
                quote_spanned! {ours(ty.span())=>
                    #(#parameters::ALWAYS &&)*
                    !<#ty as #bale::__private::IntoOutcome<#event>>::MAY_PASS
                }
            }
            Output::Named(_) | Output::Opaque => emit!(false),
        };
        emit! {
            const __RECORD: #bale::__private::Record = #bale::__private::Record {
                meta: #bale::__private::Meta {
                    name: #name,
                    krate: ::core::env!("CARGO_CRATE_NAME"),
                    in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                    column: ::core::column!(),
                    doc: #doc,
                    trigger: #bale::__private::Trigger::#trigger,
                    options: #bale::__private::Options #options,
                    needs: &[#(#parameters::NEEDS),*],
                    total: #total,
                },
                call: __call,
            };
            #bale::__private::inventory::submit! { __RECORD }
        }
    }

    fn schedule(&self, bale: &TokenStream, when: &TokenStream) -> TokenStream {
        let (overlap, catch_up) = (self.options.overlap, !self.options.no_catch_up);
        emit! {
            Schedule(#bale::__private::Schedule {
                when: #bale::__private::When::#when,
                overlap: #overlap,
                catch_up: #catch_up,
            })
        }
    }

    /// The same parser that reads the expression at start reads it while the author compiles.
    fn cron_check(&self, bale: &TokenStream) -> Option<TokenStream> {
        let expression = self.pattern.as_ref().filter(|_| self.kind == Kind::Cron)?;
        let span = ours(expression.span());
        // The compiler underlines from the path on.
        let at_expression = |mut token: TokenTree| {
            token.set_span(span);
            token
        };
        let bale: TokenStream = bale.clone().into_iter().map(at_expression).collect();
        Some(quote_spanned! {span=>
            const _: () = #bale::__private::check_cron(#expression);
        })
    }

    /// What follows `Trigger::`.
    fn trigger(&self, bale: &TokenStream) -> TokenStream {
        let pattern = self.pattern.as_ref().map(|pattern| text(&pattern.value()));
        let optional = match &pattern {
            Some(pattern) => emit!(::core::option::Option::Some(#pattern)),
            None => emit!(::core::option::Option::None),
        };
        match self.kind {
            Kind::Command => emit!(Command(#pattern)),
            Kind::Message => emit!(Message(#optional)),
            Kind::EditedMessage => emit!(EditedMessage),
            Kind::Callback => emit!(Callback(#optional)),
            Kind::PreCheckout => emit!(PreCheckout),
            Kind::Payment => emit!(Payment),
            Kind::MemberJoin => emit!(MemberJoin),
            Kind::MemberLeave => emit!(MemberLeave),
            Kind::ChannelPost => emit!(ChannelPost),
            Kind::Fallback => emit!(Fallback),
            // A filter is no handler, and has no record.
            Kind::Update | Kind::Filter => emit!(Update),
            Kind::Start => emit!(Start),
            Kind::Stop => emit!(Stop),
            Kind::Error => emit!(Error),
            Kind::Every => {
                let period = Literal::u64_unsuffixed(self.period);
                let every = emit!(Every(::core::time::Duration::from_millis(#period)));
                self.schedule(bale, &every)
            }
            Kind::Cron => {
                let zone = match &self.options.zone {
                    Some(zone) => emit!(::core::option::Option::Some(#zone)),
                    None => emit!(::core::option::Option::None),
                };
                self.schedule(bale, &emit!(Cron(#pattern, #zone, #bale::__private::ZONES)))
            }
            Kind::Job => emit!(Job(#pattern)),
            Kind::Middleware => emit!(Middleware),
        }
    }

    /// What follows `Options`: the constant, or all fields.
    fn options(&self, bale: &TokenStream) -> TokenStream {
        let options = &self.options;
        if options.are_default() {
            return emit!(::DEFAULT);
        }
        let aliases = options.aliases.iter().map(|alias| text(&alias.value()));
        let chats = options.chats.iter().map(|chat| {
            let chat = Ident::new(chat, Span::mixed_site());
            emit!(#bale::__private::ChatKind::#chat)
        });
        let minus = (options.priority < 0).then(|| emit!(-));
        let priority = Literal::u32_unsuffixed(options.priority.unsigned_abs());
        let filters = options.filters.iter().map(|filter| self::filter(filter, bale));
        let state = match &options.state {
            Some(state) => {
                let condition = state.condition(bale);
                emit!(::core::option::Option::Some(#condition))
            }
            None => emit!(::core::option::Option::None),
        };
        let (hidden, laneless) = (options.hidden, options.laneless);
        let group = match &options.group {
            Some(group) => {
                let group = text(&group.value());
                emit!(::core::option::Option::Some(#group))
            }
            None => emit!(::core::option::Option::None),
        };
        emit! {{
            aliases: &[#(#aliases),*],
            chats: &[#(#chats),*],
            filters: &[#(#filters),*],
            state: #state,
            priority: #minus #priority,
            hidden: #hidden,
            laneless: #laneless,
            group: #group,
        }}
    }

    /// A type named like the function, with the filter that it is.
    fn filter(&self, bale: &TokenStream, event: &TokenStream, call: &TokenStream) -> TokenStream {
        let Self { cfgs, vis, ident, params, .. } = self;
        let mut ident = ident.clone();
        ident.set_span(ours(ident.span()));
        let name = ident.unraw().to_string();
        let about_type = text(&format!(" The filter of [`{name}`](fn@{name})."));
        let about = text(&format!(" Asks [`{name}`](fn@{name})."));
        let body = if self.composes {
            let function = &self.ident;
            quote_spanned!(ours(function.span())=> #function())
        } else {
            let name = text(&name);
            let needs = params.iter().map(|param| param.as_parameter(bale, event));
            emit! {
                #call
                #bale::__private::own(
                    #name,
                    ::core::file!(),
                    ::core::line!(),
                    &[#(#needs::NEEDS),*],
                    __call,
                )
            }
        };
        emit! {
            #(#[#cfgs])*
            #[doc = #about_type]
            #[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
            #vis enum #ident {}

            #(#[#cfgs])*
            #[allow(dead_code, deprecated, private_interfaces, unreachable_pub)]
            impl #ident {
                #[doc = #about]
                #vis fn filter() -> #bale::filter::Filter {
                    #body
                }
            }

            #(#[#cfgs])*
            impl #bale::__private::IsFilter for #ident {
                fn filter() -> #bale::filter::Filter {
                    Self::filter()
                }
            }
        }
    }

    /// A type named like the function, with the way back from arguments to a button's data.
    /// A type named like the function, with the way back from arguments to the buttons that run it.
    ///
    /// A type and not a module, so that the handler's own types mean the same in it wherever the
    /// function stands, inside another function too.
    fn companion(&self, bale: &TokenStream) -> TokenStream {
        let Self { cfgs, vis, ident, companion, .. } = self;
        let mut ident = ident.clone();
        ident.set_span(ours(ident.span()));
        let about = text(&format!(" The buttons of [`{0}`](fn@{0}).", ident.unraw()));
        let declared = companion.button.then(|| {
            emit! {
                #(#[#cfgs])*
                #[doc = #about]
                #[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
                #vis enum #ident {}
            }
        });
        let data = companion.data.then(|| self.data(bale, &ident));
        let button = companion.button.then(|| match self.kind {
            Kind::Callback => self.inline_button(bale, &ident),
            _ => self.reply_button(bale, &ident),
        });
        let functions = (companion.data || companion.button).then(|| {
            emit! {
                #(#[#cfgs])*
                #[allow(dead_code, private_interfaces, unreachable_pub, clippy::needless_pass_by_value)]
                impl #ident {
                    #data
                    #button
                }
            }
        });
        emit!(#declared #functions)
    }

    /// The captures, in the order of the pattern: names and types.
    fn captures(&self) -> Vec<(&Ident, &TokenStream)> {
        let mut captures: Vec<_> = self
            .params
            .iter()
            .filter_map(|param| match &param.source {
                Source::Capture { index, ident, .. } => Some((*index, ident, &param.ty)),
                Source::Update | Source::Field { .. } => None,
            })
            .collect();
        captures.sort_by_key(|(index, ..)| *index);
        captures.into_iter().map(|(_, name, ty)| (name, ty)).collect()
    }

    /// `data`, from arguments to what a button carries.
    fn data(&self, bale: &TokenStream, ident: &Ident) -> TokenStream {
        let vis = &self.vis;
        let captures = self.captures();
        let params = captures.iter().map(|(name, ty)| quote_spanned!(ours(ty.span())=> #name: #ty));
        let values = captures.iter().map(|(name, ty)| {
            quote_spanned!(ours(ty.span())=> <#ty as #bale::__private::ToArg>::to_arg(&#name))
        });
        let (pattern, handler) = (self.written(), ident.unraw());
        let about = text(&format!(
            " The data of a button that runs [`{handler}`](fn@{handler}): `{pattern}`."
        ));
        let pattern = text(&pattern);
        emit! {
            #[doc = #about]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " If the data is longer than a button can carry, or would be read back differently."]
            #vis fn data(
                #(#params),*
            ) -> ::core::result::Result<::std::string::String, #bale::__private::CallbackDataError> {
                #bale::__private::callback_data(#pattern, &[#(#values),*])
            }
        }
    }

    /// `button` of a press: a label, and the arguments of `data`.
    fn inline_button(&self, bale: &TokenStream, ident: &Ident) -> TokenStream {
        let vis = &self.vis;
        let captures = self.captures();
        let params = captures.iter().map(|(name, ty)| quote_spanned!(ours(ty.span())=> #name: #ty));
        let names = captures.iter().map(|(name, _)| name);
        let handler = ident.unraw();
        let about = text(&format!(" A button that runs [`{handler}`](fn@{handler})."));
        emit! {
            #[doc = #about]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " As `data`."]
            #vis fn button(
                label: impl ::core::convert::Into<::std::string::String>,
                #(#params),*
            ) -> ::core::result::Result<
                #bale::__private::InlineKeyboardButton,
                #bale::__private::CallbackDataError,
            > {
                ::core::result::Result::Ok(
                    #bale::__private::InlineKeyboardButton::callback(label, Self::data(#(#names),*)?),
                )
            }
        }
    }

    /// `button` of a text: the text.
    fn reply_button(&self, bale: &TokenStream, ident: &Ident) -> TokenStream {
        let vis = &self.vis;
        let handler = ident.unraw();
        let about = text(&format!(
            " A button of a reply keyboard whose text runs [`{handler}`](fn@{handler})."
        ));
        // Without captures, every brace is one of a pair.
        let written = text(&self.written().replace("{{", "{").replace("}}", "}"));
        emit! {
            #[doc = #about]
            #vis fn button() -> #bale::__private::KeyboardButton {
                #bale::__private::KeyboardButton::text(#written)
            }
        }
    }

    fn written(&self) -> String {
        self.pattern.as_ref().map(LitStr::value).unwrap_or_default()
    }
}

/// A function that gives the filter.
fn filter(filter: &Filter, bale: &TokenStream) -> TokenStream {
    match filter {
        Filter::Named(name) => {
            let name = Ident::new(name, Span::mixed_site());
            emit!(#bale::filter::#name)
        }
        Filter::From(senders) => {
            let mut senders = senders.iter().map(|sender| match sender {
                Sender::Id(id) => {
                    let id = Literal::i64_suffixed(*id);
                    emit!(#bale::filter::from(#id))
                }
                Sender::Username(name) => {
                    let name = text(&name.value());
                    emit!(#bale::filter::from(#name))
                }
                Sender::Constant(path) => {
                    quote_spanned!(ours(path.span())=> #bale::filter::from(#path))
                }
            });
            let (first, others) = (senders.next(), senders);
            emit!(|| #first #(.or(#others))*)
        }
        Filter::Regex(regex) => {
            let regex = text(&regex.value());
            emit!(|| #bale::filter::regex(#regex))
        }
        // The type of the function's name, or the one that is no filter: what is named comes before a glob. As a
        // value it is named for the compiler, which then proposes names that are alike.
        Filter::Own(path) => quote_spanned! {ours(path.span())=> {
            fn __filter() -> #bale::filter::Filter {
                #[allow(unused_imports)]
                use #path as __Filter;
                #[allow(unused_imports)]
                use #bale::__private::no_filter::*;
                let _ = #path;
                <__Filter as #bale::__private::IsFilter>::filter()
            }
            __filter
        }},
    }
}

impl Handler {
    /// A type named like the function, which puts the job off. See [`data`](Self::data).
    fn puts_off(&self, bale: &TokenStream) -> Option<TokenStream> {
        let name = self.pattern.as_ref().filter(|_| self.kind == Kind::Job)?;
        let Self { cfgs, vis, ident, .. } = self;
        let mut ident = ident.clone();
        ident.set_span(ours(ident.span()));
        let job = ident.unraw();
        let about_type = text(&format!(" Runs [`{job}`](fn@{job}) later."));
        let name = text(&name.value());
        let parameter =
            self.payload.as_ref().map(|ty| quote_spanned!(ours(ty.span())=> payload: #ty));
        let payload = if self.payload.is_some() { emit!(&payload) } else { emit!(&()) };
        Some(emit! {
            #(#[#cfgs])*
            #[doc = #about_type]
            #[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
            #vis enum #ident {}

            #(#[#cfgs])*
            #[allow(dead_code, private_interfaces, unreachable_pub, clippy::needless_pass_by_value)]
            impl #ident {
                #[doc = " Stores a job that runs after this time."]
                #vis fn after(
                    bot: &#bale::Bot,
                    delay: ::core::time::Duration,
                    #parameter
                ) -> #bale::jobs::ToSchedule {
                    bot.schedule(#name, #payload).after(delay)
                }

                #[doc = " Stores a job that runs at this time, or at once if it is over."]
                #vis fn at(
                    bot: &#bale::Bot,
                    due: impl ::core::convert::Into<#bale::storage::Timestamp>,
                    #parameter
                ) -> #bale::jobs::ToSchedule {
                    bot.schedule(#name, #payload).at(due)
                }
            }
        })
    }
}

impl Param {
    fn is_capture(&self) -> bool {
        matches!(self.source, Source::Capture { .. })
    }

    /// The parameter's type as a parameter of this kind of handler.
    fn as_parameter(&self, bale: &TokenStream, event: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        quote_spanned!(ours(ty.span())=> <#ty as #bale::__private::FromUpdate<'_, #event>>)
    }

    /// The parameter's value, or why there is none.
    fn value(&self, bale: &TokenStream, event: &TokenStream) -> TokenStream {
        let span = ours(self.ty.span());
        let Source::Capture { index, form, .. } = &self.source else {
            let parameter = self.as_parameter(bale, event);
            return quote_spanned!(span=> #parameter::from_update(__cx).resolve().await);
        };
        let read = match form {
            Form::Required => Ident::new("FromArg", span),
            Form::Optional => Ident::new("FromOptionalArg", span),
            Form::Rest => Ident::new("FromRestArg", span),
        };
        let (ty, index, name) = (&self.ty, Literal::usize_unsuffixed(*index), text(&self.name));
        quote_spanned!(span=> <#ty as #bale::__private::#read>::capture(__cx, #index, #name))
    }
}

impl Main {
    /// A `main` around the author's, and the test of the registry.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { cfgs, ident, item, lib_beside, .. } = self;
        let bale = bale(self.krate.as_ref());
        let links =
            self.links.iter().map(|link| quote_spanned!(ours(link.span())=> use ::#link as _;));
        let returned = match &self.output {
            Output::Named(ty) => ty.clone(),
            Output::Opaque => emit!(_),
        };
        let run =
            quote_spanned!(ours(returned.span())=> <#returned as #bale::__private::IntoApp>::run);
        emit! {
            #(#[#cfgs])*
            fn main() -> ::std::process::ExitCode {
                #(#links)*

                #[allow(clippy::unused_async)]
                #item

                #run(
                    #bale::__private::Main {
                        krate: ::core::env!("CARGO_CRATE_NAME"),
                        package: ::core::env!("CARGO_PKG_NAME"),
                        lib_beside: #lib_beside,
                    },
                    #ident,
                )
            }

            #(#[#cfgs])*
            #[cfg(test)]
            #[::core::prelude::v1::test]
            fn bale_registry_is_valid() {
                #bale::__private::assert_registry_is_valid();
            }
        }
    }
}

impl Test {
    /// A test around the author's function, which takes its attributes over.
    pub(crate) fn expand(&self) -> TokenStream {
        let Function { attrs, vis, sig, body } = &self.function;
        let bale = bale(self.krate.as_ref());
        let ident = &sig.ident;
        let app = match &self.app {
            Some(app) => app.to_token_stream(),
            None => emit!(|| ()),
        };
        let run = quote_spanned!(ours(ident.span())=> #bale::__private::run_test);
        emit! {
            #bale::__private::test! {
                #[::core::prelude::v1::test]
                #(#attrs)*
                #vis fn #ident() {
                    #[allow(clippy::unused_async)]
                    #sig #body

                    #run(#app, #ident);
                }
            }
        }
    }
}
