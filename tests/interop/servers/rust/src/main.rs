//! crates.io's socketioxide as a server of the scenario: interop-server <path> <port> <log>.

use std::{env, error::Error, fs::OpenOptions, io::Write, time::Duration};

use rmpv::Value;
use serde::Deserialize;
use serde_json::{Map, json};
use socketioxide::{
    SocketIo,
    extract::{AckSender, Data, SocketRef, TryData},
    handler::ConnectHandler,
};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Auth {
    token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Join {
    conversation_id: String,
}

type Two = (Value, Value);

fn argument(index: usize) -> String {
    env::args().nth(index).expect("interop-server <path> <port> <log>")
}

async fn authenticate(TryData(auth): TryData<Auth>) -> Result<(), &'static str> {
    if auth.is_ok_and(|auth| auth.token == "Bearer good") { Ok(()) } else { Err("The token is not good") }
}

async fn keep(socket: SocketRef, Data(message): Data<Map<String, serde_json::Value>>, ack: AckSender) {
    let mut line = message.clone();
    line.insert("namespace".into(), socket.ns().into());
    let mut log = OpenOptions::new().create(true).append(true).open(argument(3)).expect("the log can be written");
    writeln!(log, "{}", json!(line)).expect("the log can be written");
    if message["content"] == "hold" {
        return;
    }
    let conversation = message["conversationId"].as_str().unwrap_or_default().to_owned();
    socket.to(conversation).emit("message", &message).await.ok();
    ack.send(&json!({ "kept": message["id"] })).ok();
}

async fn ask(socket: SocketRef, Data(question): Data<Two>, ack: AckSender) {
    let Ok(answering) = socket.emit_with_ack::<_, Two>("question", &question) else { return };
    if let Ok(answer) = answering.await {
        ack.send(&answer).ok();
    }
}

async fn serve(socket: SocketRef) {
    socket.emit("connected", &json!({ "namespace": socket.ns() })).ok();
    socket.on("joinConversation", async |socket: SocketRef, Data(join): Data<Join>, ack: AckSender| {
        socket.join(join.conversation_id);
        ack.send(&()).ok();
    });
    socket.on("sendMessage", keep);
    socket.on("echo", async |Data(both): Data<Two>, ack: AckSender| {
        ack.send(&both).ok();
    });
    socket.on("return", async |socket: SocketRef, Data(both): Data<Two>| {
        socket.emit("returned", &both).ok();
    });
    socket.on("ask", ask);
    socket.on("leave", async |socket: SocketRef| {
        socket.disconnect().ok();
    });
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (layer, io) = SocketIo::builder()
        .req_path(argument(1))
        .ping_interval(Duration::from_millis(300))
        .ping_timeout(Duration::from_secs(20))
        .max_payload(300_000)
        .build_layer();
    io.ns("/", serve.with(authenticate));
    io.ns("/admin", serve.with(authenticate));
    let listener = TcpListener::bind(("127.0.0.1", argument(2).parse()?)).await?;
    println!("listening {}", listener.local_addr()?.port());
    axum::serve(listener, axum::Router::new().layer(layer)).await?;
    Ok(())
}
