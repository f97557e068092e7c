extension Program {
    package enum Shell: String, Sendable, CaseIterable {
        case bash, zsh, fish
    }

    /// A script that completes commands, options and the values that are known, for the shell to read at its start.
    package func completion(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// What can follow a command: groups have subcommands, others options.
    private var places: [(path: [String], commands: [Command], options: [Option])] {
        func below(_ commands: [Command], _ path: [String]) -> [(
            path: [String], commands: [Command], options: [Option]
        )] {
            commands.flatMap { command in
                let path = path + [command.name]
                let options = command.subcommands.isEmpty ? command.options + common : []
                return [(path, command.subcommands, options)] + below(command.subcommands, path)
            }
        }
        return [([], commands, [])] + below(commands, [])
    }

    /// The part that bash and zsh share: follows the words before the cursor to the command that they name.
    private func walk(_ words: String, from first: Int, to last: String) -> String {
        let known = places.dropFirst().map { "/" + $0.path.joined(separator: "/") }.joined(separator: "|")
        return """
                for ((index = \(first); index < \(last); index++)); do
                    case "$place/${\(words)[index]}" in
                        \(known)) place="$place/${\(words)[index]}" ;;
                    esac
                done

            """
    }

    private var bash: String {
        var text = """
            _\(function)() {
                local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" place="" found="" index
                if [[ $current == "=" ]]; then current=""; elif [[ $previous == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi

            """
        text += walk("COMP_WORDS", from: 1, to: "COMP_CWORD") + "    case \"$place $previous\" in\n"
        for place in places {
            for option in place.options where option.takesValue {
                let pattern = "\"/\(place.path.joined(separator: "/")) --\(option.name)\""
                let answer =
                    option.choices.isEmpty
                    ? (option.isFile ? "compgen -f -- \"$current\"" : ":")
                    : "compgen -W '\(option.choices.joined(separator: " "))' -- \"$current\""
                text += "        \(pattern)) mapfile -t COMPREPLY < <(\(answer)); return ;;\n"
            }
        }
        text += "    esac\n    case \"$place\" in\n"
        for place in places {
            let words = place.commands.map(\.name) + place.options.map { "--\($0.name)" } + ["--help"]
            text += "        \"\(place.path.map { "/" + $0 }.joined())\") found='\(words.joined(separator: " "))' ;;\n"
        }
        return text + """
                esac
                mapfile -t COMPREPLY < <(compgen -W "$found" -- "$current")
            }
            complete -o default -F _\(function) \(name)

            """
    }

    private var zsh: String {
        var text = "#compdef \(name)\n_\(function)() {\n    local place=\"\" index\n    local -a found\n"
        text += walk("words", from: 2, to: "CURRENT") + "    case \"$place ${words[CURRENT-1]}\" in\n"
        for place in places {
            for option in place.options where option.takesValue {
                let pattern = "\"/\(place.path.joined(separator: "/")) --\(option.name)\""
                let answer =
                    option.choices.isEmpty
                    ? (option.isFile ? "_files" : ":") : "compadd -- \(option.choices.joined(separator: " "))"
                text += "        \(pattern)) \(answer); return ;;\n"
            }
        }
        text += "    esac\n    case \"$place\" in\n"
        for place in places {
            let rows = place.commands.map { ($0.name, $0.summary) } + place.options.map { ("--\($0.name)", $0.summary) }
            let words = rows.map { Self.quoted("\($0.0):\($0.1)") }.joined(separator: " ")
            text += "        \"\(place.path.map { "/" + $0 }.joined())\") found=(\(words)) ;;\n"
        }
        return text + "    esac\n    _describe '\(name)' found || _files\n}\n_\(function) \"$@\"\n"
    }

    private var fish: String {
        var text = "function __\(function)_at\n    set -l place\n    for word in (commandline -opc)[2..]\n"
        text += "        if string match -qv -- '-*' $word; set -a place $word; end\n    end\n"
        text += "    string match -q -- \"$argv*\" \"$place\"\nend\n"
        for place in places {
            let path = place.path.joined(separator: " ")
            let isRoot = place.path.isEmpty
            let condition = isRoot ? "__fish_use_subcommand" : "__\(function)_at \(path)"
            for command in place.commands {
                text +=
                    "complete -c \(name) -f -n '\(condition)' -a \(command.name) -d \(Self.quoted(command.summary))\n"
            }
            for option in place.options {
                var line = "complete -c \(name) -n '\(condition)' -l \(option.name) -d \(Self.quoted(option.summary))"
                if option.takesValue { line += option.isFile ? " -r -F" : " -x" }
                if !option.choices.isEmpty { line += " -a '\(option.choices.joined(separator: " "))'" }
                text += line + "\n"
            }
        }
        return text
    }

    /// The name as part of a shell function's.
    private var function: String { String(name.map { $0 == "-" ? "_" : $0 }) }

    /// In single quotes, as all three shells read them.
    private static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }
}

extension Option {
    fileprivate var takesValue: Bool { arity != .flag }

    /// Whether files are completed as its values.
    fileprivate var isFile: Bool {
        switch arity {
        case .flag: false
        case .one(let value), .many(let value): ["PATH", "FILE", "DIR"].contains { value.contains($0) }
        }
    }
}
