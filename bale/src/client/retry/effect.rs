//! What a second call of each method would do.

use crate::client::download::DOWNLOAD;

/// What happens if a call is carried out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing: it only reads.
    Reads,
    /// The same as once.
    Settles,
    /// Something twice. Also what is assumed of methods that are not known.
    Doubles,
    /// It is called in a loop that has its own waits, so it is not repeated beneath.
    Polls,
}

impl Effect {
    pub(super) fn of(method: &str) -> Self {
        match known(method) {
            Some(effect) => effect,
            // Getters that this version does not know.
            None if method.starts_with("get") => Self::Reads,
            None => Self::Doubles,
        }
    }
}

/// Grouped by reason; the server's own answer to a second call is not documented for any method.
fn known(method: &str) -> Option<Effect> {
    Some(match method {
        "getUpdates" => Effect::Polls,

        // The bytes of a file.
        DOWNLOAD
        | "getMe"
        | "getWebhookInfo"
        | "getFile"
        | "getChat"
        | "getChatAdministrators"
        | "getChatMembersCount"
        | "getChatMember"
        | "getStickerSet"
        | "getMyCommands"
        | "inquireTransaction" => Effect::Reads,

        // They set what is there, and set the same again.
        "setWebhook"
        | "deleteWebhook"
        | "setMyCommands"
        | "deleteMyCommands"
        | "setChatDescription"
        | "promoteChatMember"
        | "restrictChatMember"
        | "editMessageText"
        | "editMessageCaption"
        | "editMessageReplyMarkup" => Effect::Settles,
        // What is gone cannot go again.
        "deleteMessage"
        | "deleteChatPhoto"
        | "deleteStickerFromSet"
        | "banChatMember"
        | "leaveChat"
        | "unpinChatMessage"
        | "unpinAllChatMessages" => Effect::Settles,
        // Of one question, and a question is answered once.
        "answerCallbackQuery" | "answerPreCheckoutQuery" | "answerShippingQuery" => Effect::Settles,
        // It says for 6 seconds what the caller is about to do, and the caller still waits for the call.
        "sendChatAction" => Effect::Settles,
        // The lost answer named something that nobody knows of; only the last one is used.
        "uploadStickerFile" | "exportChatInviteLink" => Effect::Settles,

        // A message each.
        "sendMessage" | "sendPhoto" | "sendAudio" | "sendDocument" | "sendVideo"
        | "sendAnimation" | "sendVoice" | "sendMediaGroup" | "sendLocation" | "sendContact"
        | "sendSticker" | "sendInvoice" | "forwardMessage" | "copyMessage" => Effect::Doubles,
        // The chat is told of each: "… changed the title", "… pinned a message".
        "setChatTitle" | "setChatPhoto" | "pinChatMessage" => Effect::Doubles,
        // A person is asked, added, or put out once more: unbanning also removes whoever has come back since.
        "askReview" | "inviteUser" | "unbanChatMember" => Effect::Doubles,
        // A new thing each.
        "createChatInviteLink"
        | "revokeChatInviteLink"
        | "createInvoiceLink"
        | "createNewStickerSet"
        | "addStickerToSet" => Effect::Doubles,
        // What they do on Bale is not verified.
        "logOut" | "close" => Effect::Doubles,

        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods;

    #[test]
    fn it_was_thought_about_for_every_method() {
        let forgotten: Vec<_> =
            methods::ALL.iter().filter(|method| known(method).is_none()).collect();
        assert_eq!(forgotten, [] as [&&str; 0]);
    }

    #[test]
    fn methods_that_are_not_known_are_not_repeated() {
        assert_eq!(Effect::of("getSomething"), Effect::Reads);
        assert_eq!(Effect::of("sendSomething"), Effect::Doubles);
        assert_eq!(Effect::of("something"), Effect::Doubles);
    }
}
