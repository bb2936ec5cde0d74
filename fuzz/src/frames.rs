//! Frames to be heard: valid ones, and what becomes of them.

use crate::choices::Choices;

/// Valid frames, to be cut and changed.
pub const FRAMES: &[&str] = &[
    r#"0{"sid":"lv_VI97HAXpY6yYWAAAB","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
    "1",
    "2",
    "3",
    "6",
    r#"40{"sid":"oSO0OpakMV_3jnilAAAA","pid":"p"}"#,
    "40/admin,",
    "41",
    "41/admin,",
    r#"42["message",{"id":"m1","conversationId":"c","content":"räume 🍵","createdAt":"2026-01-01T00:00:00Z"}]"#,
    r#"42["notification",{"id":"n","type":"t"}]"#,
    r#"42["connected",{}]"#,
    r#"4212["a",1,null,[{"b":[1e308,-0.0]}]]"#,
    r#"42/räume,13["b"]"#,
    "430[]",
    r#"431[{"ok":true}]"#,
    r#"432[{"error":"no","retryable":true}]"#,
    r#"43/admin,9007199254740991["x"]"#,
    r#"44{"message":"invalid token","data":{"code":401}}"#,
    r#"44{"message":"later"}"#,
    r#"452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
    r#"461-/admin,13["baz",{"_placeholder":true,"num":0}]"#,
    "bAQIDBA==",
];

/// What a decoder may stumble over.
const PIECES: &[&str] = &[
    "",
    "0",
    "1",
    "4",
    "5",
    "9",
    "-",
    ",",
    "/",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "null",
    "true",
    "_placeholder",
    "num",
    "é",
    "🍵",
    "\u{0}",
    "\u{feff}",
    "99999999999999999999999",
    "9007199254740992",
    "connect",
    "\\u0000",
    "\\ud800",
    "1e999",
    "[[[[[[[[",
    "42",
    "43",
    "45",
    "0-",
    "10-",
    "11-",
];

/// A frame, cut and changed up to three times, or any text.
pub fn any_frame(choices: &mut Choices) -> String {
    let mut text = match choices.below(8) {
        0 => String::new(),
        1 => {
            let length = choices.below(32);
            String::from_utf8_lossy(choices.bytes(length)).into_owned()
        }
        _ => choices.pick(FRAMES).to_owned(),
    };
    for _ in 0..choices.below(4) {
        let at = text.floor_char_boundary(choices.below(text.len().min(255) + 1));
        match choices.below(5) {
            0 => text.truncate(at),
            1 => text.insert_str(at, choices.pick(PIECES)),
            2 if at < text.len() => drop(text.remove(at)),
            3 => text = text.split_off(at),
            _ => text.insert(at, char::from_u32(u32::from(choices.word())).unwrap_or('x')),
        }
    }
    text
}
