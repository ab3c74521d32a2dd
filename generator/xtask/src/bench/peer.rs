//! The peer: the same workflow as an AWS CDK app.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use crate::bench::measure::RUN;
use crate::{root, say, tools};

/// The app, with the packages that its lock pins.
const APP: &str = "tests/benches/synth/cdk";
/// What the app is compiled into.
const COMPILED: &str = "compiled";

/// The installed app.
pub(super) struct Peer {
    folder: Utf8PathBuf,
}

/// A way to run `cdk synth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// As `cdk init` of the pinned CLI sets a project up: `npx tsc && npx tsx`.
    Init,
    /// As `cdk init` set it up before, and as projects have it that are older: ts-node, which checks the types itself.
    TsNode,
    /// The app compiled to JavaScript beforehand.
    Compiled,
    /// The same, without CDK's validation of the template: the fair rival, since it only synthesises.
    CompiledUnvalidated,
}

impl Variant {
    pub(super) const ALL: [Self; 4] = [Self::Init, Self::TsNode, Self::Compiled, Self::CompiledUnvalidated];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Init => "cdk synth, as `cdk init` sets it up (tsc, tsx)",
            Self::TsNode => "cdk synth, ts-node",
            Self::Compiled => "cdk synth, precompiled",
            Self::CompiledUnvalidated => "cdk synth, precompiled, CDK_VALIDATION=false",
        }
    }

    /// Tells whether it takes so long that fewer runs must do.
    pub(super) const fn is_slow(self) -> bool {
        matches!(self, Self::Init | Self::TsNode)
    }

    const fn app(self) -> Option<&'static str> {
        match self {
            Self::Init => None, // cdk.json says it.
            Self::TsNode => Some("npx ts-node --prefer-ts-exts bin/cosmic.ts"),
            Self::Compiled | Self::CompiledUnvalidated => Some("node compiled/bin/cosmic.js"),
        }
    }
}

impl Peer {
    /// Installs and compiles the app.
    ///
    /// # Errors
    /// When npm is missing, or a package cannot be installed, or the app does not compile.
    pub(super) fn install() -> Result<Self> {
        let Some(folder) = tools::node("bench-cdk", Utf8Path::new(APP))? else {
            bail!(
                "npm is not installed, and it installs the peer: install Node 20 or newer, or measure iacgen alone with `--without-peer`"
            );
        };
        let source = root().join(APP);
        for file in ["cdk.json", "tsconfig.json", "bin/cosmic.ts", "lib/cosmic-stack.ts"] {
            let to = folder.join(file);
            fs::create_dir_all(to.parent().unwrap_or(&folder))?;
            fs::copy(source.join(file), &to).with_context(|| format!("cannot copy {file} to {to}"))?;
        }
        say("compiling the peer");
        let peer = Self { folder };
        tools::run(peer.program("tsc").args([
            "--noEmit",
            "false",
            "--declaration",
            "false",
            "--outDir",
            COMPILED,
        ]))?;
        Ok(peer)
    }

    /// Returns `cdk synth`, which writes into a folder below `out`, another one for each run.
    pub(super) fn synth(&self, variant: Variant, out: &Utf8Path) -> Command {
        let mut command = self.program("cdk");
        command.args(["synth", "--quiet", "--no-notices", "--output", out.join(RUN).as_str()]);
        if let Some(app) = variant.app() {
            command.args(["--app", app]);
        }
        match variant {
            Variant::TsNode => command.env("TS_NODE_COMPILER", "typescript-5"),
            Variant::CompiledUnvalidated => command.env("CDK_VALIDATION", "false"),
            Variant::Init | Variant::Compiled => &mut command,
        };
        command
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join("node_modules/.bin").join(name));
        command
            .current_dir(&self.folder)
            // Nothing goes out: the time of a network is not what is measured.
            .env("CDK_DISABLE_CLI_TELEMETRY", "1")
            .env("npm_config_update_notifier", "false")
            .env("npm_config_offline", "true")
            .env_remove("CDK_VALIDATION");
        command
    }
}
