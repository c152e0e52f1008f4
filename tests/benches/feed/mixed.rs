//! Updates of all sorts, as Bale sends them.

const WHERE: &str = concat!(
    r#""from":{"id":1234$k,"is_bot":false,"first_name":"سارا","last_name":"کریمی","username":"sara_$k"},"#,
    r#""date":1764000000,"chat":{"id":4500000$k,"type":"group","title":"گروه خانوادگی","username":"family_$k"},"#,
    r#""message_id":10$k"#,
);

/// What a bot in groups and shops receives; `$w` is [`WHERE`], `$k` another number in each.
pub const MIXED: [&str; 10] = [
    r#"{"update_id":$k,"message":{$w,"text":"سلام، قیمت سیب امروز چند است؟ لطفا فهرست را بفرستید."}}"#,
    concat!(
        r#"{"update_id":$k,"message":{$w,"text":"/price@shop_bot سیب","#,
        r#""entities":[{"type":"bot_command","offset":0,"length":15}]}}"#,
    ),
    concat!(
        r#"{"update_id":$k,"message":{$w,"caption":"این هم عکس دیروز","photo":["#,
        r#"{"file_id":"1234$k:5566:1:a","file_unique_id":"a$k","width":90,"height":60,"file_size":1234},"#,
        r#"{"file_id":"1234$k:5566:1:b","file_unique_id":"b$k","width":320,"height":240,"file_size":23456},"#,
        r#"{"file_id":"1234$k:5566:1:c","file_unique_id":"c$k","width":1280,"height":960,"file_size":345678}]}}"#,
    ),
    concat!(
        r#"{"update_id":$k,"callback_query":{"id":"2000000$k","#,
        r#""from":{"id":1234$k,"is_bot":false,"first_name":"سارا","username":"sara_$k"},"#,
        r#""message":{$w,"text":"چه می‌خواهید؟","reply_markup":{"inline_keyboard":["#,
        r#"[{"text":"سیب","callback_data":"buy:1:2"},{"text":"پرتقال","callback_data":"buy:2:2"}],"#,
        r#"[{"text":"راهنما","url":"https://example.com/help"}]]}},"data":"buy:1:2"}}"#,
    ),
    concat!(
        r#"{"update_id":$k,"message":{$w,"document":{"file_id":"1234$k:5566:1:d","file_unique_id":"d$k","#,
        r#""thumbnail":{"file_id":"1234$k:5566:1:t","file_unique_id":"t$k","width":90,"height":60},"#,
        r#""file_name":"گزارش.pdf","mime_type":"application/pdf","file_size":456789}}}"#,
    ),
    concat!(
        r#"{"update_id":$k,"message":{$w,"text":"بله","reply_to_message":{"#,
        r#""message_id":9,"date":1763999999,"chat":{"id":4500000$k,"type":"group","title":"گروه خانوادگی"},"#,
        r#""from":{"id":99,"is_bot":true,"first_name":"فروشگاه"},"text":"می‌آیید؟"}}}"#,
    ),
    r#"{"update_id":$k,"edited_message":{$w,"edit_date":1764000050,"text":"سلام! قیمت سیب چند است؟"}}"#,
    concat!(
        r#"{"update_id":$k,"message":{$w,"new_chat_members":["#,
        r#"{"id":777$k,"is_bot":false,"first_name":"امید","username":"omid_$k"}]}}"#,
    ),
    concat!(
        r#"{"update_id":$k,"message":{$w,"forward_from":{"id":88,"is_bot":false,"first_name":"مینا"},"#,
        r#""forward_date":1763000000,"voice":{"file_id":"1234$k:5566:1:v","duration":4,"#,
        r#""mime_type":"audio/ogg","file_size":5678}}}"#,
    ),
    concat!(
        r#"{"update_id":$k,"message":{$w,"successful_payment":{"currency":"IRR","total_amount":150000,"#,
        r#""invoice_payload":"order-$k","telegram_payment_charge_id":"t$k"}}}"#,
    ),
];

/// The template with numbers of its own.
pub fn filled(template: &str, k: usize) -> String {
    // Never with a zero in front: `$k` also stands alone.
    template.replace("$w", WHERE).replace("$k", &(100 + k).to_string())
}
