import { parse } from 'yaml';

/** Values whose fields are the user's alone: what values.yaml has there is an example for one who sets nothing. */
const WHOLE = ['resources'];

/**
 * The chart's template that gives every value its default which a release lacks: `helm upgrade --reuse-values` brings the values of the chart
 * that was installed, without those that have been added since. `values`: the text of values.yaml.
 */
export function defaultsTemplate(values: string): string {
  const defaults = JSON.stringify(parse(values), undefined, 2);
  return `{{/* Generated from values.yaml by \`npm run generate\`; do not edit. */}}
{{- define "loadtest.defaultValues" -}}
${defaults}
{{- end -}}

{{/* Adds the values that are missing, also in groups. Every template includes it first. */}}
{{- define "loadtest.completeValues" -}}
{{- $values := .Values -}}
{{- range $name, $default := include "loadtest.defaultValues" . | fromJson -}}
{{- if or (not (hasKey $values $name)) (kindIs "invalid" (index $values $name)) -}}
{{- $_ := set $values $name $default -}}
{{- else if and (kindIs "map" $default) (not (has $name (list ${WHOLE.map((name) => `"${name}"`).join(' ')}))) -}}
{{- $group := index $values $name -}}
{{- range $field, $fieldDefault := $default -}}
{{- if or (not (hasKey $group $field)) (kindIs "invalid" (index $group $field)) -}}
{{- $_ := set $group $field $fieldDefault -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
`;
}
