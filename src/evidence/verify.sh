# Verifies a folder of Countersign evidence with POSIX sh, sed, sha256sum and ssh-keygen (OpenSSH 8.1 or later) alone.
#
#     sh verify.sh FINGERPRINT [FOLDER]
#
# FINGERPRINT is the one in the contract. Take this file from a release of Countersign or from somebody you trust: the
# copy in a folder comes from whoever gave you the folder. Each line says `ok`, `note` or `FAILED` and what was looked
# at; the last line is the verdict, and the exit code is 0 only where nothing failed.
set -u
LC_ALL=C
export LC_ALL
unset CDPATH
nl='
'
tab=$(printf '\t')
IFS=" $tab$nl"
failures=0

ok() { printf 'ok      %s\n' "$1"; }
note() { printf 'note    %s\n' "$1"; }
failed() {
    printf 'FAILED  %s\n' "$1"
    failures=$((failures + 1))
}

# Text on one line, without anything that a terminal obeys: no control and no direction characters.
printable() {
    printf '%s' "$1" | sed -e ':a' -e '$!N' -e '$!ba' -e 's/[^ -~]/?/g'
}
sum() {
    sum_of=$(sha256sum) || sum_of=none
    printf '%s' "${sum_of%% *}"
}
digest() { sum <"$1"; }
is_file() {
    case "$nl$names" in *"$nl$1$nl"*) return 0 ;; *) return 1 ;; esac
}
# Every file has to be used by a check; what is used by none is reported at the end.
use() { used="$used$1$nl"; }

# The forms of the signed files, whole: one line of canonical JSON. A string ends at the first quotation mark that no
# backslash stands before, so no text inside a string can pass for a field.
H='[0-9a-f]\{64\}'
I='[a-z0-9][a-z0-9-]*'
N='[0-9]\{1,9\}'
V="$N\\.$N"
D='[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]'
T="${D}T[0-9:.]*Z"
K='SHA256:[A-Za-z0-9+/]\{43\}'
S='"[^"\\]*\(\\.[^"\\]*\)*"'
L="\\[\\(\"$H\"\\(,\"$H\"\\)*\\)\\{0,1\\}\\]"
MATRIX="\"matrix\":{\"id\":\"$I\",\"sha256\":\"$H\",\"version\":\"$V\"}"
ROSTER="\"roster\":{\"number\":$N,\"sha256\":\"$H\"}"
PREVIOUS="\"previous\":\\(null\\)\\{0,1\\}\\({\"sha256\":\"$H\",\"version\":\"$V\"}\\)\\{0,1\\}"
KEY='"[a-z0-9@.-]* [A-Za-z0-9+/=]*"'
SIGNER="{\"id\":\"$I\",\"keys\":\\[$KEY\\(,$KEY\\)*\\],\"name\":$S,\"role\":$S}"
PARTY="{\"id\":\"$I\",\"signers\":\\[$SIGNER\\(,$SIGNER\\)*\\],\"threshold\":$N}"
CONTINUES="\\(\"continues\":{\"engagement\":\"[0-9a-f]\\{32\\}\",\"roster\":\"$H\"},\\)\\{0,1\\}"
ROSTER_FORM="{$CONTINUES\"engagement\":\"[0-9a-f]\\{32\\}\",\"format\":\"countersign/roster/1\",\"number\":$N"
ROSTER_FORM="$ROSTER_FORM,\"parties\":\\[$PARTY\\(,$PARTY\\)*\\],\"previous\":\\(null\\)\\{0,1\\}\\(\"$H\"\\)\\{0,1\\}"
ROSTER_FORM="$ROSTER_FORM,\"requireUserVerification\":[a-z]*,\"seals\":$L}"
STATEMENT_FORM="{\"after\":$L,\"decision\":\"[a-z]*\",\"effectiveFrom\":\"$D\",\"engagement\":\"[0-9a-f]\\{32\\}\""
STATEMENT_FORM="$STATEMENT_FORM,\"format\":\"countersign/statement/1\",\"judged\":{\"sha256\":\"$H\"},\"key\":\"$K\""
STATEMENT_FORM="$STATEMENT_FORM,$MATRIX,\\(\"of\":\"$H\",\\)\\{0,1\\}\"party\":\"$I\",$PREVIOUS"
STATEMENT_FORM="$STATEMENT_FORM,\\(\"reason\":$S,\\)\\{0,1\\}$ROSTER,\"signedAt\":\"$T\",\"signer\":\"$I\",\"text\":$S}"
REVOCATION_FORM="{\"engagement\":\"[0-9a-f]\\{32\\}\",\"format\":\"countersign/revocation/1\",\"key\":\"$K\""
REVOCATION_FORM="$REVOCATION_FORM,\"party\":\"$I\",\"reason\":$S,\"revokedAt\":\"$T\",$ROSTER,\"signer\":\"$I\",\"standsBy\":$L}"
MARK_FORM="{\"effectiveFrom\":\"$D\",\"format\":\"countersign/mark/1\",$MATRIX,$ROSTER,\"statements\":$L}"

# Reads file $1 of form $2 into $line; its bytes have to be that line and nothing else.
read_form() {
    line=$(sed -n "\\#^$2\$#p" "$1")
    [ "$(printf '%s\n' "$line" | sum)" = "$(digest "$1")" ]
}
# Reads the value after $1 in $plain into $x, up to the next quotation mark.
take() {
    x=${plain#*"$1"}
    x=${x%%\"*}
}
take_roster() {
    x=${plain#*'"roster":{"number":'}
    number=${x%%,*}
    take "\"roster\":{\"number\":$number,\"sha256\":\""
    roster_sum=$x
}
take_matrix() {
    take '"matrix":{"id":"'
    matrix_id=$x
    take "\"matrix\":{\"id\":\"$matrix_id\",\"sha256\":\""
    matrix_sum=$x
    take "\"matrix\":{\"id\":\"$matrix_id\",\"sha256\":\"$matrix_sum\",\"version\":\""
    matrix_version=$x
}
# Checks a signature: allowed signers, signer, purpose, signature, file. The key that made it becomes $by.
signature_holds() {
    by=
    answer=$(ssh-keygen -Y verify -f /dev/fd/3 -I "$2" -n "$3-1@countersign" -s "$4" <"$5" 2>&1 3<<END
$1
END
    ) || return 1
    case $answer in *" key SHA256:"*) by=${answer##* key } ;; *) return 1 ;; esac
}

# 1. Files: plain ones alone, no links, nothing hidden, all in the list of digests.
walk() {
    for f in "$1"* "$1".[!.]* "$1"..?*; do
        [ -e "$f" ] || [ -L "$f" ] || continue
        case $f in
        *[!a-zA-Z0-9./_-]* | -* | */-*)
            failed "a file or folder with a name that is none of ours: $(printable "$f")"
            continue
            ;;
        esac
        if [ -L "$f" ]; then
            failed "$f is a symbolic link"
        elif [ -d "$f" ]; then
            if [ -r "$f" ] && [ -x "$f" ]; then walk "$f/"; else failed "$f cannot be looked into"; fi
        elif [ -f "$f" ] && [ -r "$f" ]; then
            names="$names$f$nl"
        else
            failed "$f is no plain file that can be read"
        fi
    done
}
# One armored signature, and nothing before, between or behind its lines.
is_signature() {
    [ -z "$(sed -e '1s/^-----BEGIN SSH SIGNATURE-----$//' -e '$s/^-----END SSH SIGNATURE-----$//' \
        -e '1!{$!s/^[A-Za-z0-9+/][A-Za-z0-9+/]*=\{0,2\}$//;}' "$1")" ]
}
check_files() {
    names= used=
    walk ''
    before=$failures
    if ! is_file MANIFEST.sha256; then
        failed 'MANIFEST.sha256 is missing'
        return
    fi
    use MANIFEST.sha256
    manifest=$(sed 's/\\/?/g' MANIFEST.sha256)
    for f in $names; do
        [ "$f" = MANIFEST.sha256 ] && continue
        case "$nl$manifest$nl" in
        *"$nl$(digest "$f")  $f$nl"*) ;;
        *) failed "$f is not as MANIFEST.sha256 lists it" ;;
        esac
        case $f in *.sig) is_signature "$f" || failed "$f: is not one signature and no more" ;; esac
    done
    missing=0
    for f in $names; do missing=$((missing + 1)); done
    while IFS= read -r entry; do
        missing=$((missing - 1))
        is_file "${entry#*  }" || failed "MANIFEST.sha256 lists what is not here: $(printable "${entry#*  }")"
    done <MANIFEST.sha256
    # It does not list itself, and every other file once.
    [ "$missing" = 1 ] || failed 'MANIFEST.sha256 lists something twice'
    [ "$before" = "$failures" ] && ok 'the files are those that MANIFEST.sha256 lists'
}

# 2. Who may sign: a chain of lists, each signed by those whom it needs. The allowed signers are made from the signed lists.
roster_lines() {
    printf '%s\n' "$line" | sed \
        -e "s#,\"name\":\\($S\\),\"role\":\\($S\\)}#$tab\\1$tab\\3}#g" \
        -e "s#{\"id\":\"\\($I\\)\",\"signers\":\\[#\\${nl}P \\1\\${nl}#g" \
        -e "s#{\"id\":\"\\($I\\)\",\"keys\":\\[\"\\([^]]*\\)\"\\]$tab\\($S\\)$tab\\($S\\)}#\\${nl}K \\1$tab\\2$tab\\3$tab\\5\\${nl}#g" \
        -e "s#\\],\"threshold\":\\($N\\)}#\\${nl}T \\1\\${nl}#g"
}
read_roster() {
    keys= allowed= thresholds= people= ids= signers=
    entries=$(roster_lines | sed -n '/^[PKT] /p')
    while IFS= read -r entry; do
        case $entry in
        'P '*)
            party=${entry#P }
            in_party=
            case " $ids " in *" $party "*) return 1 ;; esac
            ids="$ids $party"
            ;;
        'T '*)
            [ "${entry#T }" -gt 0 ] || return 1
            thresholds="$thresholds$party ${entry#T }$nl"
            people="$people    $party, signatures needed: ${entry#T }$nl$in_party"
            ;;
        *)
            x=${entry#K }
            signer=${x%%"$tab"*}
            case " $signers " in *" $signer "*) return 1 ;; esac
            signers="$signers $signer"
            x=${x#*"$tab"}
            rest=${x%%"$tab"*}
            called=${x#*"$tab"}
            in_party="$in_party        $party.$signer: ${called%%"$tab"*}, ${called#*"$tab"}$nl"
            while :; do
                key=${rest%%'","'*}
                read_key || return 1
                [ "$rest" = "$key" ] && break
                rest=${rest#*'","'}
            done
            ;;
        esac
    done <<END
$entries
END
    # One party alone agrees to nothing.
    case ${ids# } in *' '*) ;; *) return 1 ;; esac
}
read_key() {
    case ${key%% *} in
    ssh-ed25519 | sk-ssh-ed25519@openssh.com | ecdsa-sha2-nistp256 | sk-ecdsa-sha2-nistp256@openssh.com) ;;
    *) return 1 ;;
    esac
    print=$(ssh-keygen -l -f /dev/fd/3 3<<END
$key
END
    ) || return 1
    print=${print#* }
    print=${print%% *}
    case "$nl$keys" in *" $print$nl"*) return 1 ;; esac
    keys="$keys$party $signer $print$nl"
    allowed="${allowed}$party.$signer namespaces=\"countersign-*\" $key$nl"
    in_party="$in_party            ${key%% *} $print$nl"
}
# Counts, for each party of the thresholds $1, the signers in $2 ("party signer ..." lines); names who is short.
short_of() {
    short=
    while read -r so_party so_needed; do
        [ -n "$so_party" ] || continue
        so_have=' '
        so_count=0
        while read -r so_of so_signer so_rest; do
            [ "$so_of" = "$so_party" ] || continue
            case $so_have in *" $so_signer "*) continue ;; esac
            so_have="$so_have$so_signer "
            so_count=$((so_count + 1))
        done <<END
$2
END
        [ "$so_count" -ge "$so_needed" ] || short="$short $so_party"
    done <<END
$1
END
}
check_rosters() {
    last=0 anchored=no engagement= previous=null rosters=
    old_keys= old_allowed= old_thresholds=
    while is_file "trust/$((last + 1)).json"; do
        n=$((last + 1))
        f=trust/$n.json
        use "$f"
        if ! read_form "$f" "$ROSTER_FORM"; then
            failed "$f: not the form of a list of signers"
            return
        fi
        plain=$(printf '%s\n' "$line" | sed "s#,\"name\":$S,\"role\":$S}#}#g")
        own=$(digest "$f")
        take '"engagement":"'
        case $plain in '{"continues":'*) x=${plain#*'"},"engagement":"'} x=${x%%\"*} ;; esac
        [ "$n" = 1 ] && engagement=$x
        x_engagement=$x
        x=${plain#*',"previous":'}
        x=${x%%,*}
        named=${x#\"} named=${named%\"}
        x=${plain#*',"number":'}
        if [ "${x%%,*}" != "$n" ] || [ "$named" != "$previous" ] || [ "$x_engagement" != "$engagement" ]; then
            failed "$f: does not follow the list before it"
            return
        fi
        if ! read_roster; then
            failed "$f: no list of two parties or more, each name and key once"
            return
        fi
        seals=${plain#*',"seals":['}
        eval "keys_$n=\$keys allowed_$n=\$allowed thresholds_$n=\$thresholds seals_$n=\$seals sum_$n=\$own"
        check_roster_signatures || return
        rosters="$rosters$nl### List of signers $n$nl$nl    fingerprint $own$nl$people"
        [ "$own" = "$anchor" ] && anchored=yes
        previous=$own last=$n
        old_keys=$keys old_allowed=$allowed old_thresholds=$thresholds
    done
    if [ "$anchored" = yes ]; then
        ok 'the fingerprint given is that of a list of this chain'
    else
        failed 'THE FINGERPRINT GIVEN IS OF NO LIST HERE: nothing below is about your contract'
    fi
}
check_roster_signatures() {
    signed= signed_before= lack=
    for g in $names; do
        case $g in trust/$n/*.sig) ;; *) continue ;; esac
        x=${g#trust/"$n"/}
        who=${x%.*.sig}
        use "$g"
        if signature_holds "$allowed" "$who" countersign-roster "$g" "$f"; then
            signed="$signed${who%.*} ${who#*.} $by$nl"
            case "$nl$old_keys" in *"$nl${who%.*} ${who#*.} $by$nl"*) signed_before="$signed_before${who%.*} ${who#*.}$nl" ;; esac
            ok "$g: signed by $who with $by"
        elif [ -n "$old_allowed" ] && signature_holds "$old_allowed" "$who" countersign-roster "$g" "$f"; then
            signed_before="$signed_before${who%.*} ${who#*.}$nl"
            ok "$g: signed by $who with $by, of the list before"
        else
            failed "$g: no signature of $who over $f"
        fi
    done
    while read -r p s k; do
        [ -n "$p" ] || continue
        case "$nl$old_keys" in *" $k$nl"*) continue ;; esac
        case "$nl$signed" in *"$nl$p $s $k$nl"*) ;; *) lack="$lack $p.$s" ;; esac
    done <<END
$keys
END
    short_of "$old_thresholds" "$signed_before"
    if [ -n "$lack$short" ]; then
        failed "$f: lacks signatures of$lack$short"
        return 1
    fi
    ok "$f: list $n, signed by all whom it needs"
}

# 3. Keys that were revoked.
check_revocations() {
    revoked= revocations=
    for f in $names; do
        case $f in trust/revocations/*/*) continue ;; trust/revocations/*.json) ;; *) continue ;; esac
        use "$f"
        if ! read_form "$f" "$REVOCATION_FORM"; then
            failed "$f: not the form of a revocation"
            continue
        fi
        plain=$(printf '%s\n' "$line" | sed "s#,\"reason\":$S,\"revokedAt\"#,\"revokedAt\"#")
        reason=$(printf '%s\n' "$line" | sed "s#^.*,\"reason\":\\($S\\),\"revokedAt\".*\$#\\1#")
        take_roster
        take ',"key":"' && key=$x
        take ',"party":"' && party=$x
        take ',"signer":"' && signer=$x
        take ',"revokedAt":"' && at=$x
        own=$(digest "$f")
        case $f in */"$party.$signer.${own%????????????????????????????????????????????????}.json") ;; *) failed "$f: is not called as its content" ;; esac
        check_revocation_signatures
        stands=${plain#*',"standsBy":['}
        revoked="$revoked$key $at $stands$nl"
        revocations="$revocations$nl### Revoked: the key of $party.$signer, on $at$nl$nl    $key of list $number$nl    the reason given: $reason$nl"
    done
}
check_revocation_signatures() {
    eval "sum_here=\${sum_$number-} keys_here=\${keys_$number-} allowed_here=\${allowed_$number-} thresholds_here=\${thresholds_$number-}"
    if [ "$sum_here" != "$roster_sum" ]; then
        failed "$f: names a list of signers that is not here"
        return
    fi
    case "$nl$keys_here" in *"$nl$party $signer $key$nl"*) ;; *) failed "$f: list $number has no such key of $party.$signer" ;; esac
    by_whom= by_itself=no others=
    for g in $names; do
        case $g in "$f.sig" | "${f%.json}"/*.sig) ;; *) continue ;; esac
        use "$g"
        held=no
        while read -r p s k; do
            [ "$p" = "$party" ] || continue
            [ "$k" = "$key" ] || others="$others$p $s$nl"
            if [ "$held" = no ] && signature_holds "$allowed_here" "$p.$s" countersign-revocation "$g" "$f"; then
                held=yes
                ok "$g: signed by $p.$s with $by"
                if [ "$by" = "$key" ]; then by_itself=yes; else by_whom="$by_whom$p $s$nl"; fi
            fi
        done <<END
$keys_here
END
        [ "$held" = yes ] || failed "$g: no signature of $party over $f"
    done
    short_of "$(printf '%s' "$thresholds_here" | sed -n "/^$party /p")" "$by_whom"
    if [ -n "$short" ] && [ "$by_itself" = no ]; then
        # Fewer signers than the threshold suffice where all that are left have signed.
        short=
        while read -r p s; do
            [ -n "$p" ] || continue
            case "$nl$by_whom" in *"$nl$p $s$nl"*) ;; *) short=$p ;; esac
        done <<END
$others
END
        if [ -n "$short" ] || [ -z "$by_whom" ]; then failed "$f: lacks signatures of $party"; fi
    fi
}

# 4. Versions: every statement is bound to the text, the check, the list, the signer and the key that it names.
check_versions() {
    ids= versions= said= table=
    for f in $names; do
        case $f in signoffs/*/*/*/*) continue ;; signoffs/*/*/*) ;; *) continue ;; esac
        x=${f#signoffs/}
        id=${x%%/*}
        x=${x#*/}
        x=${x%%/*}
        case " $ids " in *" $id "*) ;; *) ids="$ids $id" ;; esac
        case $x in *[!0-9.]* | .* | *. | *.*.* | 0[0-9]* | *.0[0-9]* | *[0-9][0-9][0-9][0-9][0-9][0-9][0-9]*) failed "$f: lies in no version" && continue ;; *.*) ;; *) failed "$f: lies in no version" && continue ;; esac
        case " $versions " in *" $x "*) ;; *) versions="$versions $x" ;; esac
    done
    case ${ids# } in
    *' '* | '') failed 'the sign-offs have to be those of one matrix' && return ;;
    esac
    id=${ids# }
    while [ -n "$versions" ]; do
        version=
        for v in $versions; do
            if [ -z "$version" ] || [ "${v%.*}" -lt "${version%.*}" ] ||
                { [ "${v%.*}" = "${version%.*}" ] && [ "${v#*.}" -lt "${version#*.}" ]; }; then version=$v; fi
        done
        rest=
        for v in $versions; do [ "$v" = "$version" ] || rest="$rest $v"; done
        versions=$rest
        check_version
    done
}
check_version() {
    place=signoffs/$id/$version
    statements= approving= disputing= lines= starts= present= doubted=
    matrix_is= judged_is=
    if is_file "$place/matrix.json"; then matrix_is=$(digest "$place/matrix.json") && use "$place/matrix.json"; fi
    if is_file "$place/judged.json"; then judged_is=$(digest "$place/judged.json") && use "$place/judged.json"; fi
    for f in $names; do
        case $f in "$place/matrix.json" | "$place/judged.json" | "$place/effective.json") ;; "$place"/*.json) present="$present $(digest "$f")" ;; esac
    done
    for f in $names; do
        case $f in "$place/matrix.json" | "$place/judged.json" | "$place/effective.json") ;; "$place"/*.json) check_statement ;; esac
    done
    heading="Version $version${starts:+ from$starts}: ${approving:+approved by${approving%,}}"
    [ -n "$approving" ] || heading="${heading}approved by nobody"
    heading="$heading${disputing:+; DISPUTED by${disputing%,}}"
    said="$said$nl### $heading$nl$nl    text sha256 ${matrix_is:-none}$nl    check sha256 ${judged_is:-none}$nl$lines"
    table="$table| $version |${starts:- -} |${approving%,} |${disputing%,} |$nl"
    check_agreement
    check_mark
}
check_statement() {
    use "$f"
    is_file "$f.sig" && use "$f.sig"
    if ! read_form "$f" "$STATEMENT_FORM"; then
        failed "$f: not the form of a statement"
        return
    fi
    plain=$(printf '%s\n' "$line" | sed -e "s#,\"reason\":$S,\"roster\"#,\"roster\"#" -e "s#,\"text\":$S}\$#}#")
    take ',"decision":"' && decision=$x
    take ',"effectiveFrom":"' && from=$x
    take ',"engagement":"' && its_engagement=$x
    take '"judged":{"sha256":"' && its_judged=$x
    take ',"key":"' && key=$x
    take ',"party":"' && party=$x
    take ',"signer":"' && signer=$x
    take ',"signedAt":"' && at=$x
    take_matrix
    take_roster
    x=${plain#*',"previous":'}
    follows=${x%%\}*}
    after=${plain%%]*}
    own=$(digest "$f")
    short_name=${own%????????????????????????????????????????????????}
    eval "sum_here=\${sum_$number-} allowed_here=\${allowed_$number-}"
    wrong=
    [ "$f" = "$place/$party.$signer.$short_name.json" ] || wrong="$wrong its name;"
    [ "$matrix_id $matrix_version" = "$id $version" ] || wrong="$wrong the version that it lies under;"
    [ "$matrix_sum" = "$matrix_is" ] || wrong="$wrong the text $place/matrix.json;"
    [ "$its_judged" = "$judged_is" ] || wrong="$wrong the check $place/judged.json;"
    [ "$its_engagement" = "$engagement" ] || wrong="$wrong the engagement;"
    [ -n "$sum_here" ] && [ "$roster_sum" = "$sum_here" ] || wrong="$wrong a list of signers that is here;"
    case $decision in approve | acknowledge | withdraw | contest) ;; *) wrong="$wrong a decision;" ;; esac
    rest=${after#*'['}
    while [ -n "$rest" ]; do
        one=${rest#\"} one=${one%%\"*}
        case " $present " in *" $one "*) ;; *) wrong="$wrong all statements that were there before it;" ;; esac
        case $rest in *,*) rest=${rest#*,} ;; *) rest= ;; esac
    done
    if [ -n "$wrong" ]; then
        failed "$f: does not agree with$wrong"
        return
    fi
    if ! is_file "$f.sig" || ! signature_holds "$allowed_here" "$party.$signer" countersign-statement "$f.sig" "$f"; then
        failed "$f: not signed by $party.$signer of list $number"
        return
    fi
    if [ "$by" != "$key" ]; then
        failed "$f: signed with another key than it names"
        return
    fi
    ok "$f: $party.$signer, $decision, $at, with $key"
    sealed=yes late=
    if [ "$number" != "$last" ]; then
        eval "seals=\${seals_$((number + 1))-}"
        case $seals in *"$own"*) ;; *) sealed=no late=" (not among what list $((number + 1)) found)" ;; esac
    fi
    case "$nl$revoked" in *"$nl$key "*)
        late="$late (its key was revoked)"
        case $(printf '%s' "$revoked" | sed -n "/^$(printf '%s' "$key" | sed 's#[/+]#\\&#g') /p") in
        *"$own"*) ;;
        *) [ "$number" != "$last" ] && [ "$sealed" = yes ] || doubted="$doubted $party.$signer" ;;
        esac
        ;;
    esac
    lines="$lines    $at $party.$signer: $decision$late, key $key, list $number, statement $own$nl"
    case $decision in
    approve)
        approving="$approving $party.$signer,"
        case "$starts " in *" $from "*) ;; *) starts="$starts $from" ;; esac
        ;;
    contest)
        disputing="$disputing $party.$signer,"
        reason=$(printf '%s\n' "$line" | sed "s#^.*,\"reason\":\\($S\\),\"roster\".*\$#\\1#")
        lines="$lines        the reason given: $reason$nl"
        note "version $version is disputed by $party.$signer: $(printable "$reason")"
        ;;
    esac
    # What no list sealed is an approval no more, and a last word still while every list since has the parties and the key.
    word=$decision
    if [ "$sealed" = no ]; then
        still_listed || return 0
        [ "$decision" = approve ] && word=late
    fi
    statements="$statements$party $signer $word $number|$follows|$from $number $own $after$nl"
}
parties_of() { printf '%s' "$1" | sed 's/ .*//'; }
# Says whether all lists from $1 to $2 have the same parties.
same_parties() {
    eval "sp_parties=\$(parties_of \"\$thresholds_$1\")"
    sp=$1
    while [ "$sp" -lt "$2" ]; do
        sp=$((sp + 1))
        eval "sp_others=\$(parties_of \"\$thresholds_$sp\")"
        [ "$sp_others" = "$sp_parties" ] || return 1
    done
}
still_listed() {
    same_parties "$number" "$last" || return 1
    sl=$number
    while [ "$sl" -le "$last" ]; do
        eval "sl_keys=\$keys_$sl"
        case "$nl$sl_keys" in *"$nl$party $signer $key$nl"*) ;; *) return 1 ;; esac
        sl=$((sl + 1))
    done
}
# Names the approvals of kind $1 that $2 lists (all where $2 is `all`), as "party signer" lines.
approvals() {
    found=
    while read -r ap_party ap_signer ap_decision ap_kind ap_number ap_own ap_listed; do
        [ "$ap_decision" = approve ] && [ "$ap_kind" = "$1" ] || continue
        case $2 in all | *"$ap_own"*) found="$found$ap_party $ap_signer$nl" ;; esac
    done <<END
$statements
END
}
# Says who has approved, and who has given the last word: in statements that name one list, as many as that list asks for.
check_agreement() {
    agreed=no lacking=all open=
    kinds=$(printf '%s' "$statements" | sed -n 's/^[^ ]* [^ ]* approve \([^ ]*\) .*/\1/p')
    for kind in $kinds; do
        [ "$agreed" = yes ] && [ -z "$open" ] && break
        approvals "$kind" all
        eval "thresholds_here=\$thresholds_${kind%%|*}"
        short_of "$thresholds_here" "$found"
        if [ -z "$short" ]; then
            agreed=yes
            check_last_words
        else
            lacking=$short
        fi
    done
    if [ "$agreed" = no ]; then
        note "version $version is NOT agreed: approvals are missing of ${lacking# }"
    elif [ -n "$doubted" ]; then
        note "version $version is IN QUESTION: the key of$doubted was revoked, and the revocation does not stand by what it signed"
    elif [ -n "$open" ]; then
        note "version $version: all parties have approved; the last word is missing, as far as it can be told here, of$open"
    else
        ok "version $version: approved by every party, each with its last word"
    fi
}
check_last_words() {
    under=${kind%%|*}
    last_words "$under"
    short_of "$thresholds_here" "$found_words"
    open=$short
    while [ -n "$open" ] && [ "$under" -lt "$last" ] && same_parties "${kind%%|*}" $((under + 1)); do
        under=$((under + 1))
        last_words "$under"
        eval "thresholds_there=\$thresholds_$under"
        short_of "$thresholds_there" "$found_words"
        still=
        for p in $open; do case "$short " in *" $p "*) still="$still $p" ;; esac done
        open=$still
    done
}
# Names the last words on approvals of the kind $kind that were given under list $1, as "party signer" lines.
last_words() {
    found_words=
    while read -r p s d k number own listed; do
        [ -n "$p" ] && [ "$number" = "$1" ] || continue
        case $d in approve | late) [ "$k" = "$kind" ] || continue ;; acknowledge) ;; *) continue ;; esac
        approvals "$kind" "$listed"
        short_of "$(printf '%s' "$thresholds_here" | sed "/^$p /d")" "$found"
        [ -z "$short" ] && found_words="$found_words$p $s$nl"
    done <<END
$statements
END
}
check_mark() {
    f=$place/effective.json
    is_file "$f" || return 0
    use "$f"
    if ! read_form "$f" "$MARK_FORM"; then
        failed "$f: not the form of a mark"
        return
    fi
    plain=$line
    take_matrix
    take_roster
    take '"effectiveFrom":"'
    eval "sum_here=\${sum_$number-}"
    rest=${plain#*',"statements":['}
    rest=${rest%%]*}
    holds=$agreed
    [ -n "$rest" ] || holds=no
    [ "$matrix_id $matrix_version $matrix_sum $roster_sum" = "$id $version $matrix_is $sum_here" ] || holds=no
    [ " $x" = "$starts" ] || holds=no
    while [ -n "$rest" ]; do
        one=${rest#\"} one=${one%%\"*}
        case $statements in *" $one "*) ;; *) holds=no ;; esac
        case $rest in *,*) rest=${rest#*,} ;; *) rest= ;; esac
    done
    if [ "$holds" = no ]; then
        failed "$f: the mark does not agree with the statements"
    elif [ -n "$open$doubted" ]; then
        note "$f: the mark agrees with the statements, but is no proof that the version is in force"
    else
        ok "$f: the mark agrees with the statements"
    fi
}

# 5. The page and everything else: made from what is signed, or constant, or not checked here.
check_page() {
    for f in README.md FORMAT.md verify.sh; do
        if is_file "$f"; then use "$f"; else failed "$f is missing"; fi
    done
    is_file README.md || return
    should="## What was signed$nl${nl}Matrix $id, engagement $engagement.$nl$nl"
    should="$should| Version | From | Approved by | Disputed by |$nl|---|---|---|---|$nl$table$said$rosters$revocations$nl## How to check this"
    is=$(sed -n '/^## What was signed$/,/^## How to check this$/p' README.md | sum)
    if [ "$is" = "$(printf '%s\n' "$should" | sum)" ]; then
        ok 'README.md: says what was signed, word for word'
    else
        failed 'README.md: does not say what was signed; what was signed is below'
        printf '%s\n' "$should" | sed -e 's/[^ -~]/?/g' -e 's/^/        /'
    fi
    rest=$(sed '/^## What was signed$/,/^## How to check this$/d' README.md | sum)
    [ "$rest" = PAGE_SHA256 ] && ok 'README.md: the rest is that of this release' || failed 'README.md: the rest is not that of this release'
    [ "$(digest FORMAT.md)" = FORMAT_SHA256 ] && ok 'FORMAT.md: is that of this release' || failed 'FORMAT.md: is not that of this release'
    if [ "$self" = none ]; then
        note 'verify.sh: compare its digest with that of the release'
    elif [ "$(digest verify.sh)" = "$self" ]; then
        ok 'verify.sh: these commands, byte for byte'
    else
        failed 'verify.sh: not these commands'
    fi
    unsigned=0
    for f in $names; do
        case "$nl$used" in *"$nl$f$nl"*) continue ;; esac
        case $f in
        reading/[0-9]*.[0-9]*/matrix.html | reading/[0-9]*.[0-9]*/who.csv)
            x=${f#reading/}
            if is_file "signoffs/$id/${x%/*}/matrix.json"; then unsigned=$((unsigned + 1)) && continue; fi
            ;;
        reading/status.md) unsigned=$((unsigned + 1)) && continue ;;
        esac
        failed "$f: belongs to nothing that was signed"
    done
    note "reading/: $unsigned files for reading that nobody signed, NOT CHECKED here; \`countersign verify\` makes them anew"
}

self=none
[ -f "$0" ] && self=$(digest "$0")
anchor=$(printf '%s' "${1-}" | sed -e 's/[ :]//g' -e 'y/ABCDEF/abcdef/')
case $anchor in
*[!0-9a-f]*) anchor=none ;;
esac
if [ "${#anchor}" != 64 ]; then
    printf 'usage: sh verify.sh FINGERPRINT [FOLDER]\nFINGERPRINT is the one in the contract, 64 hexadecimal digits\n'
    exit 2
fi
cd -- "${2:-.}" || exit 2
ended=no
trap '[ "$ended" = yes ] || printf "VERDICT: FAILED, the commands broke off\n"' EXIT
check_files
check_rosters
check_revocations
check_versions
check_page
ended=yes
if [ "$failures" = 0 ]; then
    printf 'VERDICT: nothing failed\n'
else
    printf 'VERDICT: FAILED, %s of the checks above\n' "$failures"
    exit 1
fi
